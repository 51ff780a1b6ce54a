import {
  type DeviceId,
  type InstalledSoftware,
  type InventoryChange,
  type InventoryItem,
  type InventoryState,
  inventoryCollect,
} from '@muster/contracts';
import { INVENTORY, InventoryCategory } from '@muster/contracts/inventory';
import type { Command } from 'commander';
import { EXIT, Failure } from '../failure.ts';
import { followCommand } from '../follow-command.ts';
import { ago, bytes, type Column } from '../output.ts';
import { type RunOptions, readRunOptions, withRunOptions } from '../run-options.ts';
import { getDevice, openSession, type Session } from '../session.ts';
import { readCount } from '../typed.ts';

const PAGE = 500;

const stateColumns: readonly Column<InventoryState>[] = [
  { title: 'category', value: (row) => row.category },
  { title: 'items', value: (row) => String(row.items), right: true },
  { title: 'collected', value: (row) => ago(row.collectedAt) },
  { title: 'changed', value: (row) => ago(row.changedAt) },
  { title: 'note', value: (row) => (row.whole ? row.note : `still arriving ${row.note}`.trim()) },
];

const itemColumns: readonly Column<InventoryItem>[] = [
  { title: 'kind', value: (row) => row.kind },
  { title: 'name', value: (row) => row.key },
  { title: 'what', value: (row) => describe(row.fields) },
];

const softwareColumns: readonly Column<InstalledSoftware>[] = [
  { title: 'name', value: (row) => row.name },
  { title: 'version', value: (row) => row.version },
  { title: 'arch', value: (row) => row.arch || '–' },
  { title: 'from', value: (row) => row.ecosystem },
  { title: 'size', value: (row) => bytes(row.sizeBytes), right: true },
  { title: 'publisher', value: (row) => row.publisher ?? '–' },
];

const changeColumns: readonly Column<InventoryChange>[] = [
  { title: 'time', value: (row) => row.at },
  { title: 'category', value: (row) => row.category },
  { title: 'change', value: (row) => row.change },
  { title: 'kind', value: (row) => row.kind },
  { title: 'name', value: ({ key, before, after }) => String(after?.name ?? before?.name ?? key) },
  { title: 'what', value: describeChange },
];

/** `muster inventory` and `muster changes`: what a device consists of, and what became of it. */
export function addInventory(program: Command): void {
  const inventory = program.command('inventory').description('see what a device consists of');
  inventory
    .command('show <device> [category]', { isDefault: true })
    .description(`how old each category is, or one of them: ${InventoryCategory.options.join(', ')}`)
    .option('--search <text>', 'only software whose name contains it')
    .option('--json', 'print JSON')
    .action(show);
  withRunOptions(inventory.command('collect <device> [category...]'))
    .description('let the device look now, and wait until the server has it')
    .option('--json', 'print JSON')
    .action(collect);
  program
    .command('changes <device>')
    .description('what changed on a device, newest first')
    .option('--since <time>', 'not before: 2026-01-31, 2026-01-31T12:00Z, or an age such as 12h or 7d')
    .option('--category <category>', InventoryCategory.options.join(', '))
    .option('--limit <n>', 'how many', '100')
    .option('--json', 'print JSON')
    .action(changes);
}

type ShowOptions = { search?: string; json?: boolean };

async function show(name: string, word: string | undefined, options: ShowOptions): Promise<void> {
  const session = openSession(options);
  const category = word === undefined ? undefined : readCategory(word);
  if (options.search !== undefined && category !== 'software')
    throw new Failure(EXIT.usage, '--search takes the category software.');
  const { id: deviceId, hostname } = await getDevice(session.client, name);
  const { client, output } = session;
  const whenEmpty = `${hostname} has not told of it. \`muster inventory collect ${name}\` asks it to look now.`;
  if (category === undefined)
    return output.list((await client.inventory.states({ deviceId })).items, stateColumns, whenEmpty);
  if (category !== 'software')
    return output.list(
      (await client.inventory.items({ deviceId, category })).items,
      itemColumns,
      `${INVENTORY[category].title}: ${whenEmpty}`,
    );
  output.list(
    await allSoftware(session, deviceId, options.search),
    softwareColumns,
    options.search === undefined ? whenEmpty : `Nothing on ${hostname} is called so.`,
  );
}

async function allSoftware(
  { client }: Session,
  deviceId: DeviceId,
  search: string | undefined,
): Promise<InstalledSoftware[]> {
  const rows: InstalledSoftware[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.inventory.software({ deviceId, search, cursor, limit: PAGE });
    rows.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return rows;
}

async function collect(
  name: string,
  words: string[],
  options: RunOptions & { json?: boolean },
): Promise<void> {
  const session = openSession(options);
  const categories = words.map(readCategory);
  const device = await getDevice(session.client, name);
  const asked = await session.client.commands.run['inventory.collect']({
    deviceId: device.id,
    payload: { categories },
    ...readRunOptions(options),
  });
  if (device.presence !== 'online')
    session.output.note(`${device.hostname} is ${device.presence}; it looks when it is back.`);
  const ended = await followCommand(session, asked);
  const { categories: reports } = inventoryCollect.result.parse(ended.result);
  session.output.list(
    reports,
    [
      { title: 'category', value: (row) => row.category },
      { title: 'changes', value: (row) => String(row.changes), right: true },
      { title: 'note', value: (row) => row.note },
    ],
    `${device.hostname} looked, and can tell of none of these categories.`,
  );
}

type ChangesOptions = { since?: string; category?: string; limit: string; json?: boolean };

async function changes(name: string, options: ChangesOptions): Promise<void> {
  const limit = readCount(options.limit, '--limit', PAGE);
  const since = options.since === undefined ? undefined : readSince(options.since);
  const category = options.category === undefined ? undefined : readCategory(options.category);
  const { client, output } = openSession(options);
  const { id: deviceId, hostname } = await getDevice(client, name);
  const page = await client.inventory.changes({ deviceId, category, since, limit });
  output.list(page.items, changeColumns, `Nothing changed on ${hostname} in that time.`);
  if (page.next !== null) output.note(`There are older ones; raise --limit (at most ${PAGE}) to see them.`);
}

function readCategory(word: string): InventoryCategory {
  const category = InventoryCategory.safeParse(word);
  if (category.success) return category.data;
  const known = InventoryCategory.options.join(', ');
  throw new Failure(EXIT.usage, `There is no category “${word}”; there are ${known}.`);
}

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const;

/** A moment, given as a time or as an age. */
export function readSince(text: string): string {
  const [, amount, unit] = /^(\d{1,5})([mhdw])$/.exec(text) ?? [];
  const at = amount
    ? new Date(Date.now() - Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS])
    : new Date(text);
  if (!Number.isNaN(at.getTime())) return at.toISOString();
  throw new Failure(
    EXIT.usage,
    `--since takes a time such as 2026-01-31T12:00Z or an age such as 12h or 7d, not “${text}”.`,
  );
}

type Fields = Readonly<Record<string, unknown>>;

/** Fields that say something, as `name value`; the value as the machine told it. */
function describe(fields: Fields): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => `${name} ${told(name, value)}`)
    .join(', ');
}

function describeChange({ before, after }: InventoryChange): string {
  if (!before || !after) {
    const fields = after ?? before ?? {};
    return typeof fields.version === 'string' ? fields.version : describe(fields);
  }
  return Object.keys({ ...before, ...after })
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => `${name} ${told(name, before[name])} → ${told(name, after[name])}`)
    .join(', ');
}

function told(name: string, value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number' && name.endsWith('Bytes')) return bytes(value);
  if (Array.isArray(value)) return value.join(' ');
  return String(value);
}
