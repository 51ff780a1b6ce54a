import { cleanEnvironment } from '../config.ts';
import { openLease } from '../process/leases.ts';
import { restrain } from '../process/restrain.ts';
import { type RunOptions, type RunResult, runProcess } from '../process/run-process.ts';

/** A network namespace of its own, joined to this machine by one virtual cable. */
export interface Namespace {
  /** What the kernel calls it, unique on this machine. */
  readonly id: string;
  /** What the test called it. */
  readonly name: string;
  /** Address of this machine at the cable: servers of the test listen here (or on every address). */
  readonly hostIp: string;
  /** Address inside the namespace. */
  readonly ip: string;
  /** Runs a command inside. */
  exec(command: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** The command line that runs `command` inside, for a process that the caller spawns. */
  command(command: readonly string[]): string[];
  /** Pulls the cable: no side gets a reset, packets just vanish. */
  linkDown(): Promise<void>;
  /** Plugs the cable in again. */
  linkUp(): Promise<void>;
  /**
   * Replaces the inside by a new one with the same addresses. Nobody may be in it. Connections of the old one are
   * forgotten without a last packet, which a dying process alone would still send once the cable is back.
   */
  renew(): Promise<void>;
  /** Removes the namespace; whoever is still inside keeps running without a cable. */
  remove(): Promise<void>;
}

const LAST_SLOT = 254;

async function ip(...words: string[]): Promise<void> {
  await runProcess(['ip', ...words], { check: true });
}

/**
 * The bridge of a slot is made exclusively by the kernel, which makes it the lock on the slot. The slot also picks
 * the addresses: 10.213.SLOT.1 here, 10.213.SLOT.2 inside.
 */
async function claimSlot(): Promise<number> {
  for (let slot = 1; slot <= LAST_SLOT; slot++) {
    const added = await runProcess(['ip', 'link', 'add', `muster-lab-${slot}`, 'type', 'bridge']);
    if (added.code === 0) return slot;
    if (!added.stderr.includes('File exists')) throw new Error(`no bridge: ${added.stderr.trim()}`);
  }
  throw new Error('every address range of the lab is in use; run cleanup');
}

interface Wiring {
  readonly id: string;
  readonly cable: string;
  readonly hostIp: string;
  readonly innerIp: string;
}

async function makeHostEnd(wiring: Wiring, name: string): Promise<void> {
  await ip('link', 'set', wiring.id, 'alias', name);
  await ip('address', 'add', `${wiring.hostIp}/30`, 'dev', wiring.id);
  await ip('link', 'set', wiring.id, 'up');
}

async function makeInside(wiring: Wiring): Promise<void> {
  const { id, cable } = wiring;
  await ip('netns', 'add', id);
  await ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', id);
  await ip('link', 'set', cable, 'master', id);
  await ip('link', 'set', cable, 'up');
  await ip('-n', id, 'address', 'add', `${wiring.innerIp}/30`, 'dev', 'eth0');
  await ip('-n', id, 'link', 'set', 'lo', 'up');
  await ip('-n', id, 'link', 'set', 'eth0', 'up');
  await ip('-n', id, 'route', 'add', 'default', 'via', wiring.hostIp);
}

/**
 * Creates a namespace with a cable to this machine; removed with the process at the latest. The cable ends at a
 * bridge that holds this machine's address: with the cable pulled, address and route stay, so that packets are
 * lost as on a real network instead of leaving by another interface.
 */
export async function createNamespace(name: string): Promise<Namespace> {
  const lease = openLease('namespace');
  const slot = await claimSlot();
  const id = `muster-lab-${slot}`;
  const wiring = { id, cable: `${id}c`, hostIp: `10.213.${slot}.1`, innerIp: `10.213.${slot}.2` };
  const { cable, hostIp } = wiring;
  lease.add('links', cable);
  lease.add('namespaces', id);
  lease.add('links', id);
  try {
    await makeHostEnd(wiring, name);
    await makeInside(wiring);
  } catch (cause) {
    lease.release();
    throw new Error(`namespace ${name} could not be made`, { cause });
  }
  const command = (words: readonly string[]) => restrain(['ip', 'netns', 'exec', id, ...words]);
  return {
    id,
    name,
    hostIp,
    ip: wiring.innerIp,
    command,
    exec: (words, options = {}) =>
      runProcess(command(words), { ...options, env: options.env ?? cleanEnvironment() }),
    linkDown: () => ip('link', 'set', cable, 'down'),
    linkUp: () => ip('link', 'set', cable, 'up'),
    renew: async () => {
      await ip('link', 'delete', cable);
      await ip('netns', 'delete', id);
      await makeInside(wiring);
    },
    remove: async () => lease.release(),
  };
}
