import { type ReactElement, type ReactNode, Suspense, useState } from 'react';

/** What a menu that is loaded on demand gets: the button that it hangs from. It opens as soon as it is there. */
export type OnDemandTarget = { readonly target: ReactElement };

type OnDemandMenuProps = {
  /** Fetches the code ahead, when a pointer comes near. */
  readonly preload: () => Promise<unknown>;
  readonly button: (events: { onClick?: () => void; onPointerEnter?: () => void }) => ReactElement;
  /** The menu itself, by a lazy component. */
  readonly children: (target: ReactElement) => ReactNode;
};

/** A button whose menu is loaded at the first click. */
export function OnDemandMenu({ preload, button, children }: OnDemandMenuProps) {
  const [isWanted, setWanted] = useState(false);
  if (!isWanted) return button({ onClick: () => setWanted(true), onPointerEnter: () => void preload() });
  const target = button({});
  return <Suspense fallback={target}>{children(target)}</Suspense>;
}
