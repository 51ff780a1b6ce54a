import { useState } from 'react';

/** What a form holds while somebody types in it. */
export type Draft<Fields extends object> = {
  /** Of each field what the person typed, else what it is now. */
  readonly draft: Fields;
  readonly change: (part: Partial<Fields>) => void;
  /** The fields that would change. */
  readonly changed: readonly (keyof Fields)[];
  /** The fields that were touched here and changed by somebody else. */
  readonly clashing: readonly (keyof Fields)[];
  /** What it was before anything was touched. */
  readonly began: Fields;
  readonly forget: () => void;
};

/**
 * What a form says about something that is `own` now. Somebody else's change of a field that was not touched is taken
 * over; of one that was, `began` tells what it was before.
 */
export function useDraft<Fields extends object>(own: Fields): Draft<Fields> {
  const [began, setBegan] = useState(own);
  const [typed, setTyped] = useState<Partial<Fields>>({});
  const touched = Object.keys(typed) as (keyof Fields)[];
  return {
    draft: { ...own, ...typed },
    change: (part) => {
      if (touched.length === 0) setBegan(own);
      setTyped((before) => ({ ...before, ...part }));
    },
    changed: touched.filter((field) => spell(typed[field]) !== spell(own[field])),
    clashing: touched.filter((field) => spell(began[field]) !== spell(own[field])),
    began,
    forget: () => setTyped({}),
  };
}

/** Lists say the same in any order. */
function spell(value: unknown): string {
  return Array.isArray(value) ? [...value].sort().join('\n') : String(value ?? '').trim();
}
