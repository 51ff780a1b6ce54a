import type { DeviceRow, SoftwareTitle } from '@muster/contracts';
import { Ecosystem } from '@muster/contracts/inventory';
import type { Command } from 'commander';
import type { Client } from '../client.ts';
import { EXIT, Failure } from '../failure.ts';
import { ago, type Column } from '../output.ts';
import { openSession } from '../session.ts';
import { readCount } from '../typed.ts';

const titleColumns: readonly Column<SoftwareTitle>[] = [
  { title: 'name', value: (row) => row.name },
  { title: 'from', value: (row) => row.ecosystem },
  { title: 'devices', value: ({ devices }) => `${devices.exact ? '' : '≥ '}${devices.value}`, right: true },
  { title: 'id', value: (row) => String(row.id), right: true },
];

const deviceColumns: readonly Column<DeviceRow>[] = [
  { title: 'name', value: (row) => row.displayName ?? row.hostname },
  { title: 'system', value: (row) => row.osName || row.os },
  { title: 'site', value: (row) => row.siteName },
  { title: 'last seen', value: (row) => (row.presence === 'online' ? 'now' : ago(row.lastSeenAt)) },
  { title: 'id', value: (row) => row.id },
];

/** `muster software`: titles, their versions, and the devices that have them. */
export function addSoftware(program: Command): void {
  const software = program.command('software').description('see what is installed across the fleet');
  software
    .command('list [search]')
    .description('titles, by name')
    .option('--from <ecosystem>', Ecosystem.options.join(', '))
    .option('--limit <n>', 'how many', '200')
    .option('--json', 'print JSON')
    .action(list);
  software
    .command('show <title>')
    .description('versions of a title, with how many devices have each; a title is its name or its id')
    .option('--json', 'print JSON')
    .action(show);
  software
    .command('where <name> [version]')
    .description('devices that have it; a version may be compared, such as "< 3.0.14"')
    .option('--limit <n>', 'how many', '200')
    .option('--json', 'print JSON')
    .action(where);
}

type ListOptions = { from?: string; limit: string; json?: boolean };

async function list(search: string | undefined, options: ListOptions): Promise<void> {
  const limit = readCount(options.limit, '--limit', 500);
  const ecosystem = options.from === undefined ? undefined : Ecosystem.safeParse(options.from);
  if (ecosystem && !ecosystem.success)
    throw new Failure(
      EXIT.usage,
      `There is no ecosystem “${options.from}”; there are ${Ecosystem.options.join(', ')}.`,
    );
  const { client, output } = openSession(options);
  const page = await client.inventory.titles({ search, ecosystem: ecosystem?.data, limit });
  output.list(page.items, titleColumns, search ? 'No software is called so.' : 'No device has told of any.');
  if (page.next !== null) output.note('There are more; narrow the search.');
}

async function show(word: string, options: { json?: boolean }): Promise<void> {
  const { client, output } = openSession(options);
  const title = await client.inventory.versions({ titleId: await findTitle(client, word) });
  if (output.json) return output.document(title);
  output.list(
    title.versions,
    [
      { title: 'version', value: (row) => row.version || '–' },
      { title: 'devices', value: (row) => String(row.devices), right: true },
      { title: 'first seen', value: (row) => ago(row.firstSince) },
      { title: 'query', value: (row) => row.query },
    ],
    'No device has it.',
  );
}

async function findTitle(client: Client, word: string): Promise<number> {
  if (/^\d{1,10}$/.test(word)) return Number(word);
  const { items } = await client.inventory.titles({ search: word, limit: 500 });
  const exact = items.filter(({ name }) => name.toLowerCase() === word.toLowerCase());
  const [title] = exact;
  if (exact.length === 1 && title) return title.id;
  if (exact.length === 0)
    throw new Failure(
      EXIT.notFound,
      `No software is called ${word}. \`muster software list\` searches by a part of the name.`,
    );
  throw new Failure(
    EXIT.conflict,
    `Several are called ${word}; use an id: ${exact.map(({ id, ecosystem }) => `${id} (${ecosystem})`).join(', ')}`,
  );
}

async function where(
  name: string,
  version: string | undefined,
  options: { limit: string; json?: boolean },
): Promise<void> {
  const limit = readCount(options.limit, '--limit', 500);
  const { client, output } = openSession(options);
  const page = await client.devices.list({ query: whereQuery(name, version), limit, sort: 'hostname' });
  output.list(page.items, deviceColumns, 'No device has it.');
  if (page.next !== null) output.note('There are more; raise --limit.');
}

function whereQuery(name: string, version: string | undefined): string {
  if (version === undefined) return `software = ${quoted(name)}`;
  const [, operator = '', wanted = ''] = /^\s*([<>]=?|!?=)?\s*(.*)$/.exec(version) ?? [];
  return `software ${quoted(name)} ${operator || '='} ${quoted(wanted)}`;
}

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
