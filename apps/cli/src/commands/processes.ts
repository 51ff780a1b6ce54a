import { type Process, ProcessSnapshot, type Command as Row } from '@muster/contracts';
import type { Command } from 'commander';
import { EXIT, Failure } from '../failure.ts';
import { followCommand } from '../follow-command.ts';
import { bytes, type Column, percent } from '../output.ts';
import { type RunOptions, readRunOptions, withRunOptions } from '../run-options.ts';
import { getDevice, openSession, type Session } from '../session.ts';
import { readCount } from '../typed.ts';

const columns: readonly Column<Process>[] = [
  { title: 'pid', value: (row) => String(row.pid), right: true },
  { title: 'user', value: (row) => row.user ?? '–' },
  { title: 'cpu', value: (row) => percent(row.cpuPercent), right: true },
  { title: 'memory', value: (row) => bytes(row.memoryBytes), right: true },
  { title: 'name', value: (row) => row.name },
  { title: 'command', value: (row) => (row.command || row.name).slice(0, 100) },
];

const ORDER = {
  cpu: (left: Process, right: Process) => (right.cpuPercent ?? 0) - (left.cpuPercent ?? 0),
  memory: (left: Process, right: Process) => right.memoryBytes - left.memoryBytes,
  pid: (left: Process, right: Process) => left.pid - right.pid,
  name: (left: Process, right: Process) => left.name.localeCompare(right.name),
} as const;

export function addProcesses(program: Command): void {
  const processes = program.command('processes').description('see and end processes of a device');
  withRunOptions(processes.command('list <device>'))
    .description('list the processes of a device')
    .option('--sort <field>', Object.keys(ORDER).join(', '), 'cpu')
    .option('--top <n>', 'only the first so many')
    .option('--json', 'print JSON')
    .action(list);
  withRunOptions(processes.command('kill <device> <pid>'))
    .description('end a process: asks it, then forces after the grace time')
    .option('--grace <seconds>', 'how long to wait before forcing', '5')
    .option('--json', 'print JSON')
    .action(kill);
}

async function list(
  name: string,
  options: RunOptions & { sort: string; top?: string; json?: boolean },
): Promise<void> {
  const session = openSession(options);
  const order = ORDER[options.sort as keyof typeof ORDER];
  if (!order)
    throw new Failure(
      EXIT.usage,
      `There is no sort “${options.sort}”; there are ${Object.keys(ORDER).join(', ')}.`,
    );
  const top = options.top === undefined ? undefined : readCount(options.top, '--top');
  const snapshot = await lookAt(session, (await getDevice(session.client, name)).id, options);
  const left = (snapshot.total ?? 0) - snapshot.processes.length;
  if (left > 0)
    session.output.note(`${left} more that do least are left out: one answer has no room for them.`);
  const rows = snapshot.processes.toSorted(order).slice(0, top);
  session.output.list(rows, columns, 'The device reported no processes.');
}

async function kill(
  name: string,
  pidText: string,
  options: RunOptions & { grace: string; json?: boolean },
): Promise<void> {
  const session = openSession(options);
  const pid = Number(pidText);
  const graceMs = Number(options.grace) * 1000;
  if (!Number.isInteger(pid) || pid < 1) throw new Failure(EXIT.usage, `“${pidText}” is not a process id.`);
  if (!Number.isFinite(graceMs) || graceMs < 0 || graceMs > 30_000)
    throw new Failure(EXIT.usage, '--grace takes seconds from 0 to 30.');
  const device = await getDevice(session.client, name);
  const snapshot = await lookAt(session, device.id, options);
  const process = snapshot.processes.find((one) => one.pid === pid);
  if (!process)
    throw new Failure(
      EXIT.notFound,
      `${device.hostname} has no process ${pid}. \`muster processes list ${name}\` shows what runs.`,
    );
  const asked = await session.client.commands.run['process.kill']({
    deviceId: device.id,
    payload: { pid, startToken: process.startToken, bootId: snapshot.bootId, graceMs },
    ...readRunOptions(options),
  });
  const ended = await followCommand(session, asked);
  const result = ended.result as { forced: boolean; alreadyGone: boolean };
  session.output.item(
    ended,
    `${process.name} (${pid}) on ${device.hostname} ${result.alreadyGone ? 'was gone already' : result.forced ? 'was forced to end' : 'ended'}.`,
  );
}

async function lookAt(
  session: Session,
  deviceId: Row['deviceId'],
  options: RunOptions,
): Promise<ProcessSnapshot> {
  const said = readRunOptions(options);
  const asked = await session.client.commands.run['process.list']({ deviceId, payload: {}, ...said });
  return ProcessSnapshot.parse((await followCommand(session, asked)).result);
}
