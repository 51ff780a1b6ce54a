import type { Options } from '../config/options.ts';
import { StateFolder } from '../identity/state-folder.ts';
import type { System } from '../os/os.ts';

/** The folder that options name, else the system's place. */
export function openStateFolder(system: System, options: Pick<Options, 'stateFolder'>): StateFolder {
  if (options.stateFolder === undefined) system.protectFolder?.(system.places.stateFolder);
  return new StateFolder(options.stateFolder ?? system.places.stateFolder);
}
