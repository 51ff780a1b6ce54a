import { readFileSync } from 'node:fs';
import { cleanEnvironment } from '../config.ts';
import { runProcess } from '../process/run-process.ts';
import type { MachineCgroups } from './cgroups.ts';
import { type Container, joinThenRun } from './container.ts';
import type { Machine, MachineRunOptions } from './machine.ts';

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

/**
 * Namespaces alone would leave a command all the powers of root over this machine: it could set its clock or load
 * kernel modules. So it gets what the container's own process 1 was left with, and no more.
 */
function dropCapabilities(leader: number): string[] {
  const bounding = /^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${leader}/status`, 'utf8'))?.[1];
  if (bounding === undefined) throw new Error('the container tells no capabilities');
  const last = Number(readFileSync('/proc/sys/kernel/cap_last_cap', 'utf8'));
  const kept = BigInt(`0x${bounding}`);
  const lost = Array.from({ length: last + 1 }, (_, bit) => bit).filter(
    (bit) => ((kept >> BigInt(bit)) & 1n) === 0n,
  );
  if (lost.length === 0) throw new Error('the container was left every capability');
  const words = lost.map((bit) => `-cap_${bit}`).join(',');
  return ['setpriv', `--bounding-set=${words}`, `--inh-caps=${words}`, '--'];
}

/** Enters through the namespaces of the container's process 1, which works without machined and without a login. */
export function enterMachine(parts: { name: string; container: Container; cgroups: MachineCgroups }): Inside {
  const { name, container, cgroups } = parts;
  const run: Machine['run'] = async (command, options = {}) => {
    const leader = container.leader();
    if (leader === undefined) throw new Error(`${name} is off`);
    const entering = [...dropCapabilities(leader), ...enterCommand(leader, options.network), ...command];
    const words = joinThenRun(cgroups.inner(), entering);
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
