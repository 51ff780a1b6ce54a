import type { Options } from '../config/options.ts';
import { IdentityStore } from '../identity/identity.ts';
import { ROTATION_WANTED } from '../identity/key-rotation.ts';
import { print } from '../log/print.ts';
import type { System } from '../os/os.ts';
import { findHolder } from './hold-folder.ts';
import { openStateFolder } from './open-state-folder.ts';

/** The agent looks for the wish with each of its samples. */
const WAIT_MS = 30_000;
const LOOK_EVERY_MS = 200;

/** `muster-agent rotate-key`: the running agent takes a new key; exit code 0 once the server has certified it. */
export async function rotateKey(system: System, options: Options): Promise<number> {
  const folder = openStateFolder(system, options);
  if (!IdentityStore.read(folder))
    throw new Error('this machine is not enrolled: run "muster-agent install"');
  folder.writeText(ROTATION_WANTED, '');
  const isRunning = findHolder(folder, system) !== undefined;
  for (const end = Date.now() + WAIT_MS; isRunning && Date.now() < end; await Bun.sleep(LOOK_EVERY_MS)) {
    if (folder.has(ROTATION_WANTED)) continue;
    print('This machine has a new key; the server refuses the one before.');
    return 0;
  }
  print(
    isRunning
      ? 'The server has not certified a new key yet; the agent goes on trying.'
      : 'The agent does not run: it takes a new key when it is next connected.',
  );
  return 1;
}
