import { Agent } from '../agent.ts';
import { createClock } from '../clock.ts';
import type { Options } from '../config/options.ts';
import { readSettings } from '../config/settings.ts';
import { DeviceKeys } from '../identity/device-keys.ts';
import { IdentityStore } from '../identity/identity.ts';
import type { StateFolder } from '../identity/state-folder.ts';
import { createLog } from '../log/log.ts';
import { print, printError } from '../log/print.ts';
import type { System } from '../os/os.ts';
import { openStateFolder } from './open-state-folder.ts';

/** `muster-agent uninstall` (EN-11): stops the service, tells the server that this device is no more, removes all. */
export async function uninstall(system: System, options: Options): Promise<number> {
  await system.service.stop();
  const folder = openStateFolder(system, options);
  try {
    await sayGoodbye(system, folder);
  } catch (error) {
    printError(
      `The server could not be told (${(error as Error).message}): retire the device in the console.`,
    );
  }
  await system.service.uninstall();
  folder.remove('.');
  print('The Muster agent is gone from this machine.');
  return 0;
}

async function sayGoodbye(system: System, folder: StateFolder): Promise<void> {
  const identity = IdentityStore.read(folder);
  const keys = identity && (await DeviceKeys.read(identity));
  const settings = readSettings(folder);
  if (!identity || !keys || !settings) return;
  const clock = createClock(system.monotonicMs);
  const agent = await Agent.create({
    system,
    clock,
    random: Math.random,
    log: createLog(),
    identity,
    keys,
    settings,
  });
  try {
    await agent.sayGoodbye('uninstall');
  } finally {
    agent.close();
  }
}
