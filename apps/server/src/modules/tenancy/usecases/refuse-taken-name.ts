import { MusterError } from '@muster/contracts';

const UNIQUE_VIOLATION = '23505';

/** Turns a violated unique index into a sentence. */
export function refuseTakenName(error: unknown): never {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && at.code === UNIQUE_VIOLATION)
      throw new MusterError('conflict', 'That name is taken.', { field: 'name' });
  }
  throw error;
}
