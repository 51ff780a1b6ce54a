import { type CommandId, CommandState, type Command as Row } from '@muster/contracts';
import type { Command } from 'commander';
import { EXIT, Failure } from '../failure.ts';
import { ago, type Column } from '../output.ts';
import { getDevice, openSession } from '../session.ts';
import { readCount, readId } from '../typed.ts';

const columns: readonly Column<Row>[] = [
  { title: 'state', value: (row) => row.state },
  { title: 'command', value: (row) => row.name },
  { title: 'device', value: (row) => row.deviceName },
  { title: 'by', value: (row) => row.requestedBy?.name ?? 'system' },
  { title: 'asked', value: (row) => ago(row.createdAt) },
  { title: 'id', value: (row) => row.id },
];

export function addCommands(program: Command): void {
  const commands = program.command('commands').description('see and cancel what was asked of devices');
  commands
    .command('list')
    .description('list commands, newest first')
    .option('--device <device>', 'of one device')
    .option('--state <state>', CommandState.options.join(', '))
    .option('--limit <n>', 'how many', '50')
    .option('--json', 'print JSON')
    .action(list);
  commands
    .command('show <id>')
    .description('one command with its result')
    .option('--json', 'print JSON')
    .action(async (id: string, options: { json?: boolean }) => {
      const { client, output } = openSession(options);
      printCommand(output, await client.commands.get({ commandId: readId<CommandId>(id, 'commands list') }));
    });
  commands
    .command('cancel <id>')
    .description('cancel a command that has not ended')
    .option('--json', 'print JSON')
    .action(async (id: string, options: { json?: boolean }) => {
      const { client, output } = openSession(options);
      const row = await client.commands.cancel({ commandId: readId<CommandId>(id, 'commands list') });
      output.item(row, `${row.name} on ${row.deviceName} is ${row.state}.`);
    });
}

async function list(options: {
  device?: string;
  state?: string;
  limit: string;
  json?: boolean;
}): Promise<void> {
  const { client, output } = openSession(options);
  const state = options.state === undefined ? undefined : CommandState.safeParse(options.state);
  if (state && !state.success)
    throw new Failure(
      EXIT.usage,
      `There is no state “${options.state}”; there are ${CommandState.options.join(', ')}.`,
    );
  const limit = readCount(options.limit, '--limit', 500);
  const deviceId = options.device === undefined ? undefined : (await getDevice(client, options.device)).id;
  const page = await client.commands.list({ deviceId, state: state?.data, limit });
  output.list(page.items, columns, 'No command matches.');
}

function printCommand(output: ReturnType<typeof openSession>['output'], row: Row): void {
  output.record(row, [
    ['command', `${row.name} (version ${row.version})`],
    ['id', row.id],
    ['device', row.deviceName],
    ['state', row.state],
    ['asked', `${row.createdAt} by ${row.requestedBy?.name ?? 'system'}`],
    ['deliver by', row.deliverBy],
    ['sent', row.sentAt ?? '–'],
    ['received', row.receivedAt ?? '–'],
    ['ended', row.endedAt ?? '–'],
    ['error', row.error ? `${row.error.code}: ${row.error.message}` : '–'],
    ['result', row.result === null ? '–' : JSON.stringify(row.result)],
  ]);
}
