import { CONNECTION_STATES, type Connection, ConnectionSnapshot } from '@muster/contracts';
import type { Command } from 'commander';
import { EXIT, Failure } from '../failure.ts';
import { followCommand } from '../follow-command.ts';
import type { Column } from '../output.ts';
import { type RunOptions, readRunOptions, withRunOptions } from '../run-options.ts';
import { getDevice, openSession } from '../session.ts';

const columns: readonly Column<Connection>[] = [
  { title: 'protocol', value: (row) => row.protocol },
  { title: 'local', value: (row) => place(row.localAddress, row.localPort) },
  { title: 'remote', value: (row) => place(row.remoteAddress, row.remotePort) },
  { title: 'state', value: (row) => row.state },
  { title: 'pid', value: (row) => (row.pid === null ? '–' : String(row.pid)), right: true },
  { title: 'program', value: (row) => row.process ?? '–' },
];

type Options = RunOptions & { listening?: boolean; state?: string; process?: string; json?: boolean };

export function addConnections(program: Command): void {
  withRunOptions(program.command('connections <device>'))
    .description('list the connections and listening ports of a device, with their programs')
    .option('--listening', 'only the ports that somebody can knock at')
    .option('--state <state>', CONNECTION_STATES.join(', '))
    .option('--process <name>', 'only those of programs whose name has this in it')
    .option('--json', 'print JSON')
    .action(list);
}

async function list(name: string, options: Options): Promise<void> {
  const session = openSession(options);
  if (options.state !== undefined && !CONNECTION_STATES.some((state) => state === options.state))
    throw new Failure(
      EXIT.usage,
      `There is no state “${options.state}”; there are ${CONNECTION_STATES.join(', ')}.`,
    );
  const device = await getDevice(session.client, name);
  const asked = await session.client.commands.run['network.connections']({
    deviceId: device.id,
    payload: {},
    ...readRunOptions(options),
  });
  const snapshot = ConnectionSnapshot.parse((await followCommand(session, asked)).result);
  const left = snapshot.total - snapshot.connections.length;
  if (left > 0) session.output.note(`${left} more are left out: one answer has no room for them.`);
  session.output.list(
    snapshot.connections.filter((one) => isWanted(one, options)),
    columns,
    'The device has no such connection.',
  );
}

function isWanted({ state, process }: Connection, options: Options): boolean {
  if (options.listening === true && state !== 'listen' && state !== 'open') return false;
  if (options.state !== undefined && state !== options.state) return false;
  const wanted = options.process?.toLowerCase();
  return wanted === undefined || (process?.toLowerCase().includes(wanted) ?? false);
}

const place = (address: string | null, port: number | null): string =>
  address === null ? '–' : address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
