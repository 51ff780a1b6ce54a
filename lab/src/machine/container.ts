import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment } from '../config.ts';
import type { Lease } from '../process/leases.ts';
import { childrenOf, identify } from '../process/process-identity.ts';
import type { MachineCgroups } from './cgroups.ts';

/** What it takes to start the container of one machine. */
export interface ContainerPlan {
  readonly lease: Lease;
  readonly root: string;
  readonly namespace: string;
  readonly hostname: string;
  readonly cgroups: MachineCgroups;
}

/** A container that is started, and started again by itself whenever the system in it reboots. */
export interface Container {
  /** Process id, seen from here, of the systemd in the container; undefined while it is down. */
  leader(): number | undefined;
  /** Whether anything of it runs, or will in a moment because it is rebooting. */
  isOn(): boolean;
  start(): void;
  /** Asks the system to power off, or takes its power away at once; resolves when nothing of it runs. */
  end(how: 'poweroff' | 'kill'): Promise<void>;
  /** The last lines that the container wrote to its console. */
  console(): string;
}

/** With `--keep-unit`, systemd-nspawn hands a reboot to its caller by this exit code. */
const REBOOT_REQUESTED = 133;
const POWEROFF_PATIENCE_MS = 8000;

/** The words that join every group in `files`, then become `command`. */
export function joinThenRun(files: readonly string[], command: readonly string[]): string[] {
  const joins = files.map((file) => `echo $$ > ${file}`).join(' && ');
  return ['/bin/sh', '-c', `${joins} && exec "$@"`, 'sh', ...command];
}

function nspawnCommand(plan: ContainerPlan): string[] {
  return joinThenRun(plan.cgroups.outer, [
    // The container must not outlive the test process, however that ends.
    'setpriv',
    '--pdeathsig',
    'KILL',
    // Already started inside the network, because /sys shows the interfaces of whoever mounts it.
    'nsenter',
    `--net=/run/netns/${plan.namespace}`,
    'systemd-nspawn',
    '--quiet',
    '--register=no',
    '--keep-unit',
    '--console=pipe',
    '--resolv-conf=off',
    '--timezone=off',
    '--link-journal=no',
    `--directory=${plan.root}`,
    `--machine=${plan.lease.id}`,
    `--hostname=${plan.hostname}`,
    `--network-namespace-path=/run/netns/${plan.namespace}`,
    '--boot',
  ]);
}

/** The child of systemd-nspawn that is process 1 of a namespace of its own and has become systemd. */
function findLeader(supervisor: number): number | undefined {
  return childrenOf(supervisor).find((pid) => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      return /^NSpid:.*\t1$/m.test(status) && /^Name:\tsystemd$/m.test(status);
    } catch {
      return false;
    }
  });
}

/** Prepares a container; nothing runs before `start`. */
export function createContainer(plan: ContainerPlan): Container {
  const log = join(plan.lease.folder, 'console.log');
  let supervisor: Bun.Subprocess | undefined;
  let wanted = false;
  const start = () => {
    wanted = true;
    const output = openSync(log, 'a');
    const child = Bun.spawn({
      cmd: nspawnCommand(plan),
      env: cleanEnvironment(),
      stdin: 'ignore',
      stdout: output,
      stderr: output,
      onExit: (_child, code) => {
        if (supervisor === child) supervisor = undefined;
        if (wanted && code === REBOOT_REQUESTED) start();
      },
    });
    closeSync(output);
    supervisor = child;
    plan.lease.add('processes', identify(child.pid));
  };
  const end = async (how: 'poweroff' | 'kill') => {
    wanted = false;
    const child = supervisor;
    if (child === undefined) return;
    child.kill(how === 'kill' ? 'SIGKILL' : 'SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), POWEROFF_PATIENCE_MS);
    await child.exited;
    clearTimeout(late);
  };
  return {
    start,
    end,
    isOn: () => supervisor !== undefined,
    leader: () => (supervisor === undefined ? undefined : findLeader(supervisor.pid)),
    console: () => (existsSync(log) ? readFileSync(log, 'utf8').slice(-4000) : ''),
  };
}
