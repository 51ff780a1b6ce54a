import { Agent } from '../agent.ts';
import { createClock } from '../clock.ts';
import type { Options } from '../config/options.ts';
import { readSettings } from '../config/settings.ts';
import { AGENT_VERSION } from '../config/version.ts';
import { DeviceKeys } from '../identity/device-keys.ts';
import { IdentityStore } from '../identity/identity.ts';
import type { StateFolder } from '../identity/state-folder.ts';
import { createLog, type Log } from '../log/log.ts';
import type { Host, System } from '../os/os.ts';
import { holdFolder } from './hold-folder.ts';
import { openStateFolder } from './open-state-folder.ts';

const REIDENTIFY_AGAIN_AFTER_MS = 60_000;

/**
 * `muster-agent run`: the agent until the system asks it to end. What has to be said and given free comes before the host
 * learns of the end: with that word Windows may end the process, and start the next one.
 */
export async function runAgent(system: System, options: Options): Promise<number> {
  const log = createLog(system.keepLogLine?.bind(system));
  await system.host(async (host) => {
    try {
      const folder = openStateFolder(system, options);
      const release = holdFolder(folder, system);
      try {
        await work(host, system, folder, log);
      } finally {
        release();
      }
    } catch (error) {
      system.keepLogLine?.(`cannot run: ${(error as Error).message}`); // else whoever started it reads stderr
      throw error;
    }
  });
  return 0;
}

async function work(host: Host, system: System, folder: StateFolder, log: Log): Promise<void> {
  let isOver = false;
  const stopped = host.stopped.then((reason) => {
    isOver = true;
    return reason;
  });
  let current: Agent | undefined;
  host.onPower((event) => current?.power(event));
  while (!isOver) {
    const agent = await startAgent(system, folder, log);
    current = agent;
    const outcome = await Promise.race([stopped, agent.cloned.then(() => 'cloned' as const)]);
    await agent.stop(outcome === 'cloned' ? 'stop' : outcome);
    if (outcome === 'cloned') await takeOwnIdentity(system, folder, log, stopped);
  }
}

async function startAgent(system: System, folder: StateFolder, log: Log): Promise<Agent> {
  const identity = IdentityStore.read(folder);
  const keys = identity && (await DeviceKeys.read(identity));
  const settings = readSettings(folder);
  if (!identity || !keys || !settings) {
    throw new Error(
      `this machine is not enrolled (${folder.path} holds no identity): run "muster-agent install"`,
    );
  }
  const agent = await Agent.create({
    system,
    clock: createClock(system.monotonicMs),
    random: Math.random,
    log,
    identity,
    keys,
    settings,
  });
  log.say(`muster-agent ${AGENT_VERSION} runs for ${identity.current.serverName || settings.server}`);
  await agent.start();
  return agent;
}

/** This disk is a copy: keeps asking for an identity of its own until the server gives one. */
async function takeOwnIdentity(
  system: System,
  folder: StateFolder,
  log: Log,
  stopped: Promise<unknown>,
): Promise<void> {
  const settings = readSettings(folder);
  for (let isOver = false; !isOver && settings; ) {
    try {
      const { reidentify } = await import('../enrol/enrol.ts');
      const { identity } = await reidentify({ system, folder, settings });
      log.say(
        `this disk is a copy of another machine's: it is ${identity.current.deviceId} now and waits for approval`,
      );
      return;
    } catch (error) {
      log.warn(`no identity of its own yet: ${(error as Error).message}`);
    }
    isOver = await Promise.race([
      stopped.then(() => true),
      Bun.sleep(REIDENTIFY_AGAIN_AFTER_MS).then(() => false),
    ]);
  }
}
