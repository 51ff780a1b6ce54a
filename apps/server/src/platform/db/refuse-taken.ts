import { MusterError } from '@muster/contracts';

const UNIQUE_VIOLATION = '23505';

/** For `catch` behind a write: a violated unique index becomes a conflict that says `sentence`; all else passes. */
export function refuseTaken(sentence: string, field: string): (error: unknown) => never {
  return (error) => {
    for (let at: unknown = error; at instanceof Error; at = at.cause) {
      if ('code' in at && at.code === UNIQUE_VIOLATION)
        throw new MusterError('conflict', sentence, { field });
    }
    throw error;
  };
}

/** The same for a name: “There is a role called “Night shift” already; choose another name.” */
export function refuseTakenName(there: string, name: string): (error: unknown) => never {
  return refuseTaken(`${there} called “${name}” already; choose another name.`, 'name');
}
