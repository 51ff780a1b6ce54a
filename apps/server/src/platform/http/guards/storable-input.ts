import { invalidInput } from '@muster/contracts';
import { findUnstorable } from '../../storable-text.ts';

/** Throws for input with text in it that the database cannot hold, before anything looks for it or keeps it. */
export function demandStorable(input: unknown): void {
  const path = findUnstorable(input);
  if (!path) return;
  const message = 'holds a character that is not text (NUL, or half of a surrogate pair); leave it out';
  throw invalidInput([{ path, message }]);
}
