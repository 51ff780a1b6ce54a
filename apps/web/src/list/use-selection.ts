import { useCallback, useMemo, useState } from 'react';

/** Rows picked for an action, by id. */
export type Selection = {
  readonly ids: ReadonlySet<string>;
  readonly toggle: (id: string) => void;
  readonly set: (ids: readonly string[]) => void;
  readonly clear: () => void;
};

const NOTHING: ReadonlySet<string> = new Set();

/** A selection that starts empty. */
export function useSelection(): Selection {
  const [ids, setIds] = useState(NOTHING);
  const toggle = useCallback(
    (id: string) =>
      setIds((before) => {
        const after = new Set(before);
        if (!after.delete(id)) after.add(id);
        return after;
      }),
    [],
  );
  const set = useCallback((chosen: readonly string[]) => setIds(new Set(chosen)), []);
  const clear = useCallback(() => setIds(NOTHING), []);
  return useMemo(() => ({ ids, toggle, set, clear }), [ids, toggle, set, clear]);
}
