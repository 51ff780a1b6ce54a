import { createNamespace, type Namespace } from '../network/create-namespace.ts';
import { type Lease, openLease } from '../process/leases.ts';
import { ensureBaseRoot } from './base-root.ts';
import { createCgroups } from './cgroups.ts';
import { createContainer } from './container.ts';
import { createDisk, type Disk, writeHosts } from './disk.ts';
import { enterMachine, type Inside } from './enter-machine.ts';
import type { Machine, MachineOptions, WaitOptions } from './machine.ts';

const UP_WITHIN_MS = 180_000;
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
