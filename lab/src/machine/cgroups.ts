import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lease } from '../process/leases.ts';

const CGROUP_ROOT = '/sys/fs/cgroup';

/**
 * The control groups of one machine. Without them two containers started side by side share one tree, and each
 * one's systemd ends the other's services. One hierarchy on a unified host; on a hybrid host systemd's own, the
 * unified one beside it, and the freezer.
 */
export interface MachineCgroups {
  /** Files that a process writes its number into to join, before it starts the container. */
  readonly outer: readonly string[];
  /** The same, for a command that runs inside the started container. */
  inner(): string[];
  /** Stops every process of the machine between two instructions, or lets them go on. */
  setFrozen(frozen: boolean): Promise<void>;
}

function hierarchies(): string[] {
  if (existsSync(join(CGROUP_ROOT, 'cgroup.controllers'))) return [CGROUP_ROOT];
  return ['systemd', 'unified', 'freezer'].map((name) => join(CGROUP_ROOT, name)).filter(existsSync);
}

/** Makes the groups and registers them with the lease. */
export function createCgroups(lease: Lease): MachineCgroups {
  const groups = hierarchies().map((hierarchy) => join(hierarchy, lease.id));
  for (const group of groups) {
    lease.add('cgroups', group);
    mkdirSync(group, { recursive: true });
  }
  return {
    outer: groups.map((group) => join(group, 'cgroup.procs')),
    inner: () => groups.map((group) => join(innerGroup(group), 'cgroup.procs')),
    setFrozen: (frozen) => freeze(groups, frozen),
  };
}

/** Beside the machine's own services: a leaf of the part that the container's systemd was given. */
function innerGroup(group: string): string {
  const payload = join(group, 'payload');
  if (!existsSync(payload)) return group;
  const leaf = join(payload, 'muster-lab-run');
  mkdirSync(leaf, { recursive: true });
  return leaf;
}

async function freeze(groups: readonly string[], frozen: boolean): Promise<void> {
  const old = groups.find((group) => existsSync(join(group, 'freezer.state')));
  const group = old ?? groups.find((candidate) => existsSync(join(candidate, 'cgroup.freeze')));
  if (group === undefined) throw new Error('this kernel offers no freezer');
  const file = join(group, old === undefined ? 'cgroup.freeze' : 'freezer.state');
  const word = old === undefined ? (frozen ? '1' : '0') : frozen ? 'FROZEN' : 'THAWED';
  writeFileSync(file, word);
  for (let attempt = 0; attempt < 200; attempt++) {
    if (readFileSync(file, 'utf8').trim() === word) return;
    await Bun.sleep(10);
  }
  throw new Error(`${readdirSync(group).length} entries of ${group} did not become ${word}`);
}
