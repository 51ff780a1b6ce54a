import { useCallback, useMemo, useRef, useState } from 'react';

/** Rows picked for an action, by id. */
export type Selection = {
  readonly ids: ReadonlySet<string>;
  readonly toggle: (id: string) => void;
  /** Does to all rows from the one toggled last up to this one what was done to that one. */
  readonly reach: (id: string, ids: readonly string[]) => void;
  readonly set: (ids: readonly string[]) => void;
  readonly clear: () => void;
};

const NOTHING: ReadonlySet<string> = new Set();

/** A selection that starts empty. */
export function useSelection(): Selection {
  const [ids, setIds] = useState(NOTHING);
  const last = useRef<string>(undefined);
  const toggle = useCallback((id: string) => {
    last.current = id;
    setIds((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });
  }, []);
  const reach = useCallback(
    (id: string, all: readonly string[]) => {
      const from = last.current === undefined ? -1 : all.indexOf(last.current);
      if (from < 0) return toggle(id);
      const to = all.indexOf(id);
      const between = all.slice(Math.min(from, to), Math.max(from, to) + 1);
      const anchor = last.current as string;
      last.current = id;
      setIds((before) =>
        before.has(anchor) ? before.union(new Set(between)) : before.difference(new Set(between)),
      );
    },
    [toggle],
  );
  const set = useCallback((chosen: readonly string[]) => setIds(new Set(chosen)), []);
  const clear = useCallback(() => setIds(NOTHING), []);
  return useMemo(() => ({ ids, toggle, reach, set, clear }), [ids, toggle, reach, set, clear]);
}
