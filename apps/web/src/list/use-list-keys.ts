import { useHotkeys } from '@mantine/hooks';
import { type RefObject, useState } from 'react';
import type { Selection } from './use-selection.ts';

type ListKeys = {
  readonly ids: readonly string[];
  readonly selection: Selection | undefined;
  readonly scrollTo: (index: number) => void;
  readonly viewport: RefObject<HTMLElement | null>;
};

/** `j` and `k` move the focus from row to row, `x` selects; Enter is the row's own link. */
export function useListKeys({ ids, selection, scrollTo, viewport }: ListKeys) {
  const [active, setActive] = useState(-1);
  const move = (step: number) => {
    if (ids.length === 0) return;
    const index = Math.min(ids.length - 1, Math.max(0, active + step));
    setActive(index);
    scrollTo(index);
    // The row is drawn in the next frame where it was outside the window of drawn rows.
    requestAnimationFrame(() =>
      viewport.current?.querySelector<HTMLElement>(`[data-index="${index}"] [data-row-link]`)?.focus(),
    );
  };
  useHotkeys([
    ['j', () => move(1)],
    ['k', () => move(-1)],
    [
      'x',
      () => {
        const id = ids[active];
        if (id !== undefined) selection?.toggle(id);
      },
    ],
    ['Escape', () => selection?.clear()],
  ]);
  return { active, setActive };
}
