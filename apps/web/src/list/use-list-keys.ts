import { getHotkeyHandler, type HotkeyItem, useHotkeys } from '@mantine/hooks';
import { type KeyboardEvent, type RefObject, useLayoutEffect, useRef, useState } from 'react';
import type { Selection } from './use-selection.ts';

type ListKeys = {
  readonly ids: readonly string[];
  readonly selection: Selection | undefined;
  readonly scrollTo: (index: number) => void;
  readonly open: (index: number) => void;
  readonly viewport: RefObject<HTMLElement | null>;
};

/** `j` and `k` move the focus from row to row, `x` selects; Enter is the row's own link. */
export function useListKeys({ ids, selection, scrollTo, open, viewport }: ListKeys) {
  const [active, setActive] = useState(-1);
  // The row that gets the focus as soon as it is drawn: one outside the window of drawn rows has to be scrolled to first.
  const awaited = useRef<number>(undefined);
  const takeFocus = () => {
    const link = viewport.current?.querySelector<HTMLElement>(
      `[data-index="${awaited.current}"] [data-row-link]`,
    );
    if (!link) return;
    awaited.current = undefined;
    link.focus();
  };
  // With each drawing: the rows that scrolling brought are among them.
  useLayoutEffect(() => {
    if (awaited.current !== undefined) takeFocus();
  });
  const move = (step: number) => {
    if (ids.length === 0) return;
    const index = Math.min(ids.length - 1, Math.max(0, active + step));
    setActive(index);
    scrollTo(index);
    awaited.current = index;
    // At once, and not in the next frame: the key after this one may be faster, and would act on the row before.
    takeFocus();
  };
  const hotkeys: HotkeyItem[] = [
    ['j', () => move(1)],
    ['k', () => move(-1)],
    [
      'x',
      () => {
        const id = ids[active];
        if (id !== undefined) selection?.toggle(id);
      },
    ],
    [
      'Enter',
      (event) => {
        if (awaited.current === undefined) return;
        event.preventDefault();
        open(awaited.current);
      },
      { preventDefault: false },
    ],
    ['Escape', () => selection?.clear()],
  ];
  useHotkeys(hotkeys);
  // The page's keys are for who is not writing; a checkbox is no place to write in, and is where a click leaves the focus.
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target instanceof HTMLInputElement && event.target.type === 'checkbox')
      getHotkeyHandler(hotkeys)(event);
  };
  return { active, setActive, onKeyDown };
}
