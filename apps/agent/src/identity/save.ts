import type { Log } from '../log/log.ts';
import type { StateFolder } from './state-folder.ts';

/** Runs something that writes to the state folder; logs when it could not. */
export type Save = (write: () => void) => void;

/** A full disk must not end the agent: memory has what could not be written, and an outdated token refuses nobody. */
export function createSave(folder: StateFolder, log: Log): Save {
  return (write) => {
    try {
      write();
    } catch (error) {
      log.warn(`${folder.path} cannot be written: ${(error as Error).message}`);
    }
  };
}
