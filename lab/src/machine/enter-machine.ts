import { cleanEnvironment } from '../config.ts';
import { runProcess } from '../process/run-process.ts';
import type { Machine, MachineRunOptions } from './boot-machine.ts';
import type { MachineCgroups } from './cgroups.ts';
import { type Container, joinThenRun } from './container.ts';

/** The ways into a running machine: its commands, and the question whether it has finished booting. */
export interface Inside {
  readonly commands: Pick<Machine, 'run' | 'readFile' | 'putFile' | 'bootId'>;
  /** The boot id when systemd has settled, undefined while it is down, starting or stopping. */
  settledBoot(): Promise<string | undefined>;
}

const SETTLED = ['running', 'degraded'];
const BOOT_ID = '/proc/sys/kernel/random/boot_id';

function enterCommand(leader: number, network: MachineRunOptions['network']): string[] {
  const spaces = network === 'host' ? ['-m', '-u', '-i', '-p', '-C'] : ['-a'];
  return ['nsenter', '-t', String(leader), ...spaces, '--'];
}

/** Enters through the namespaces of the container's process 1, which works without machined and without a login. */
export function enterMachine(parts: { name: string; container: Container; cgroups: MachineCgroups }): Inside {
  const { name, container, cgroups } = parts;
  const run: Machine['run'] = async (command, options = {}) => {
    const leader = container.leader();
    if (leader === undefined) throw new Error(`${name} is off`);
    const words = joinThenRun(cgroups.inner(), [...enterCommand(leader, options.network), ...command]);
    return runProcess(words, { ...options, env: cleanEnvironment(options.env) });
  };
  const readFile = async (path: string) => (await run(['cat', path], { check: true })).stdout;
  const putFile: Machine['putFile'] = async (path, content, mode = 0o644) => {
    const script =
      'mkdir -p "$(dirname "$1")" && cat > "$1.part" && chmod "$2" "$1.part" && mv "$1.part" "$1"';
    await run(['sh', '-c', script, 'sh', path, mode.toString(8)], { stdin: content, check: true });
  };
  const bootId = async () => (await readFile(BOOT_ID)).trim();
  const settledBoot = async () => {
    if (container.leader() === undefined) return undefined;
    const state = await run(['sh', '-c', `systemctl is-system-running; cat ${BOOT_ID}`]).catch(
      () => undefined,
    );
    const [word = '', boot] = state?.stdout.trim().split('\n') ?? [];
    return SETTLED.includes(word) ? boot : undefined;
  };
  return { commands: { run, readFile, putFile, bootId }, settledBoot };
}
