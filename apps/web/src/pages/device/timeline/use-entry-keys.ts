import { useHotkeys } from '@mantine/hooks';
import { type RefObject, useCallback } from 'react';

/** `j` and `k` move the focus from entry to entry; where the entry leads somewhere, to its link. */
export function useEntryKeys(list: RefObject<HTMLElement | null>): void {
  const move = useCallback(
    (step: number) => {
      const entries = [...(list.current?.querySelectorAll<HTMLElement>('[data-entry]') ?? [])];
      const at = entries.findIndex((entry) => entry.contains(document.activeElement));
      const next = entries[Math.min(entries.length - 1, Math.max(0, at + step))];
      (next?.querySelector('a') ?? next)?.focus();
    },
    [list],
  );
  useHotkeys([
    ['j', () => move(1)],
    ['k', () => move(-1)],
  ]);
}
