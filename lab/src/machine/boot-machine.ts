import { createNamespace, type Namespace } from '../network/create-namespace.ts';
import { type Lease, openLease } from '../process/leases.ts';
import type { RunOptions, RunResult } from '../process/run-process.ts';
import { ensureBaseRoot } from './base-root.ts';
import { createCgroups } from './cgroups.ts';
import { createContainer } from './container.ts';
import { createDisk, type Disk, writeHosts } from './disk.ts';
import { enterMachine, type Inside } from './enter-machine.ts';

/** Settings of a command inside a machine. `network: 'host'` gives that one command this machine's network. */
export interface MachineRunOptions extends RunOptions {
  readonly network?: 'machine' | 'host';
}

/** What a new machine is called, and the files laid on its disk before it first boots. */
export interface MachineOptions {
  readonly name: string;
  readonly files?: Readonly<Record<string, string | Uint8Array | Blob>>;
}

/** How long to wait for a machine to be up, and which boot must be over first. */
export interface WaitOptions {
  readonly afterBootId?: string;
  readonly timeoutMs?: number;
}

/** A Debian machine with a systemd of its own, its own network and a disk of its own. */
export interface Machine {
  readonly name: string;
  /** Its address; only this machine (`hostIp`) can reach it. */
  readonly ip: string;
  /** Where the machine finds servers of the test; also `host.muster.internal` in its hosts file. */
  readonly hostIp: string;
  /** Its file system as seen from here; write to it only while the machine is off. */
  readonly root: string;
  run(command: readonly string[], options?: MachineRunOptions): Promise<RunResult>;
  readFile(path: string): Promise<string>;
  putFile(path: string, content: string | Uint8Array | Blob, mode?: number): Promise<void>;
  /** The identity of the present boot: the container's own, new at every boot. */
  bootId(): Promise<string>;
  /** Resolves with the boot id once systemd has settled (`running` or `degraded`). */
  waitUntilUp(options?: WaitOptions): Promise<string>;
  /** Asks the system to reboot and waits until it is up again. */
  reboot(timeoutMs?: number): Promise<string>;
  /** Whether its system runs or is on its way up or down; false once it has powered off. */
  isOn(): boolean;
  /** Resolves once the system has powered itself off, however that was asked for. */
  waitUntilOff(timeoutMs?: number): Promise<void>;
  /** Takes the power away: no process says goodbye, no connection is closed. What was written stays on disk. */
  powerCut(): Promise<void>;
  /** Starts a machine that is off, on the same disk, with its cable plugged in. */
  powerOn(): Promise<string>;
  linkDown(): Promise<void>;
  linkUp(): Promise<void>;
  /** Freezes every process in it, as a suspended laptop or virtual machine does. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Powers off and removes disk, network and control groups. */
  stop(): Promise<void>;
}

const UP_WITHIN_MS = 60_000;
const disks = new WeakMap<Machine, Disk>();

/** Boots a fresh Debian machine. It needs root, debootstrap and systemd-nspawn: ask `skipReason('machine')`. */
export async function bootMachine(options: MachineOptions): Promise<Machine> {
  const base = await ensureBaseRoot();
  return assemble(options, (lease) => createDisk(base, lease, options.name));
}

/**
 * Boots a second machine from a bit-for-bit copy of another one's disk: same machine id, same host name, same
 * keys, as cloned virtual machines have. The original stands still during the copy and goes on afterwards.
 */
export async function cloneMachine(from: Machine, name = `${from.name}-clone`): Promise<Machine> {
  const disk = disks.get(from);
  if (disk === undefined) throw new Error(`${from.name} is not a machine of this process`);
  await from.run(['sync']);
  await from.pause();
  try {
    return await assemble(
      { name },
      (lease) => disk.cloneInto(lease),
      () => from.resume(),
    );
  } finally {
    await from.resume();
  }
}

async function assemble(
  options: MachineOptions,
  makeDisk: (lease: Lease) => Promise<Disk>,
  diskIsReady: () => Promise<void> = async () => {},
): Promise<Machine> {
  const lease = openLease('machine');
  const network = await createNamespace(options.name);
  let machine: Machine | undefined;
  try {
    const disk = await makeDisk(lease);
    await diskIsReady();
    writeHosts(disk, network.hostIp);
    for (const [path, content] of Object.entries(options.files ?? {})) {
      await Bun.write(`${disk.root}${path}`, content);
    }
    machine = createMachine(options.name, lease, { disk, network });
    disks.set(machine, disk);
    await machine.powerOn();
    return machine;
  } catch (cause) {
    await machine?.stop();
    lease.release();
    await network.remove();
    throw cause;
  }
}

function createMachine(name: string, lease: Lease, parts: { disk: Disk; network: Namespace }): Machine {
  const { disk, network } = parts;
  const cgroups = createCgroups(lease);
  const plan = { lease, root: disk.root, namespace: network.id, hostname: name, cgroups };
  const container = createContainer(plan);
  const inside: Inside = enterMachine({ name, container, cgroups });
  const waitUntilUp = async (options: WaitOptions = {}) => {
    const deadline = Date.now() + (options.timeoutMs ?? UP_WITHIN_MS);
    while (Date.now() < deadline) {
      const boot = await inside.settledBoot();
      if (boot !== undefined && boot !== options.afterBootId) return boot;
      await Bun.sleep(50);
    }
    throw new Error(`${name} did not come up; its console:\n${container.console()}`);
  };
  return {
    name,
    ip: network.ip,
    hostIp: network.hostIp,
    root: disk.root,
    ...inside.commands,
    waitUntilUp,
    reboot: async (timeoutMs = UP_WITHIN_MS) => {
      const afterBootId = await inside.commands.bootId();
      // The answer may be lost with the system that gives it: only the new boot counts.
      await inside.commands.run(['systemctl', 'reboot']);
      return waitUntilUp({ afterBootId, timeoutMs });
    },
    isOn: container.isOn,
    waitUntilOff: async (timeoutMs = UP_WITHIN_MS) => {
      const deadline = Date.now() + timeoutMs;
      while (container.isOn()) {
        if (Date.now() > deadline) throw new Error(`${name} did not power off`);
        await Bun.sleep(20);
      }
    },
    powerCut: async () => {
      await network.linkDown();
      await container.end('kill');
      await network.renew();
      await network.linkDown();
    },
    powerOn: async () => {
      if (container.isOn()) throw new Error(`${name} is on already`);
      await network.linkUp();
      container.start();
      return waitUntilUp();
    },
    linkDown: network.linkDown,
    linkUp: network.linkUp,
    pause: () => cgroups.setFrozen(true),
    resume: () => cgroups.setFrozen(false),
    stop: async () => {
      await cgroups.setFrozen(false);
      await container.end('poweroff');
      lease.release();
      await network.remove();
    },
  };
}
