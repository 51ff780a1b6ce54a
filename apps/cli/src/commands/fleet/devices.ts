import { type Device, type DeviceRow, DeviceSort, type LiveMessage } from '@muster/contracts';
import type { Command } from 'commander';
import { EXIT, Failure } from '../../failure.ts';
import { openLive } from '../../live.ts';
import { ago, bytes, type Column, type Output, percent } from '../../output.ts';
import { getDevice, openSession } from '../../session.ts';
import { readCount } from '../../typed.ts';
import { addDeviceChanges } from './device-changes.ts';
import { addOverview } from './overview.ts';
import { addDevicePolicy } from './policies.ts';
import { findView } from './views.ts';

const STATE_MARK = { online: '●', unresponsive: '◐', offline: '○', unknown: '·' } as const;

const columns: readonly Column<DeviceRow>[] = [
  {
    title: 'state',
    value: (row) =>
      `${STATE_MARK[row.presence]} ${row.lifecycle === 'active' ? row.presence : row.lifecycle}`,
  },
  { title: 'name', value: (row) => row.displayName ?? row.hostname },
  { title: 'system', value: (row) => row.osName || row.os },
  { title: 'site', value: (row) => row.siteName },
  { title: 'agent', value: (row) => row.agentVersion },
  { title: 'cpu', value: (row) => percent(row.latest?.cpuPercent), right: true },
  { title: 'memory', value: (row) => percent(row.latest?.memoryPercent), right: true },
  { title: 'disk', value: (row) => percent(row.latest?.diskPercent), right: true },
  { title: 'last seen', value: (row) => (row.presence === 'online' ? 'now' : ago(row.lastSeenAt)) },
  { title: 'id', value: (row) => row.id },
];

export function addDevices(program: Command): void {
  const devices = program.command('devices').description('see machines');
  devices
    .command('list [query...]')
    .description('list devices that match a query, such as: os = linux and disk.free < 10%')
    .option('--view <view>', 'those of a saved view; a query narrows them')
    .option('--sort <field>', 'hostname, -cpu, last_seen, …; hostname, or as the view says')
    .option('--limit <n>', 'stop after so many', '200')
    .option('--json', 'print JSON')
    .action(list);
  addOverview(devices);
  devices
    .command('show <device>')
    .description('everything about one device')
    .option('--json', 'print JSON')
    .action(show);
  addDevicePolicy(devices);
  devices
    .command('watch [query...]')
    .description('follow the states of devices that match, until Ctrl-C')
    .option('--count <n>', 'end after so many changes')
    .option('--json', 'print JSON lines')
    .action(watch);
  addDeviceChanges(devices);
}

async function list(
  words: string[],
  options: { view?: string; sort?: string; limit: string; json?: boolean },
): Promise<void> {
  const { client, output } = openSession(options);
  const view = options.view === undefined ? undefined : await findView(client, options.view, undefined);
  const query = bothOf(view?.query ?? '', words.join(' '));
  const sort = DeviceSort.safeParse(options.sort ?? view?.sort ?? 'hostname');
  if (!sort.success)
    throw new Failure(
      EXIT.usage,
      `There is no sort “${options.sort}”; there are ${DeviceSort.options.join(', ')}.`,
    );
  const wanted = readCount(options.limit, '--limit');
  const rows: DeviceRow[] = [];
  let cursor: string | undefined;
  let count: { value: number; exact: boolean } | undefined;
  do {
    const page = await client.devices.list({
      query: query || undefined,
      sort: sort.data,
      limit: Math.min(500, wanted - rows.length),
      cursor,
    });
    rows.push(...page.items);
    count ??= page.count;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && rows.length < wanted);
  output.list(
    rows,
    columns,
    query !== ''
      ? 'No device matches.'
      : 'There are no devices yet. `muster tokens create` gives the line that adds one.',
  );
  if (cursor === undefined) return;
  // A list does not wait for a count that takes long; whoever reads the last line can.
  const total = count?.exact ? count.value : (await client.devices.summary({ query })).total;
  output.note(`${rows.length} of ${total}; raise --limit for more.`);
}

/** Devices that match both queries; the empty one matches all. */
function bothOf(one: string, other: string): string {
  return one && other ? `(${one}) and (${other})` : one || other;
}

async function show(name: string, options: { json?: boolean }): Promise<void> {
  const { client, output } = openSession(options);
  printDevice(output, await getDevice(client, name));
}

function printDevice(output: Output, device: Device): void {
  const dash = (text: string | number | null) => (text === null || text === '' ? '–' : String(text));
  output.record(device, [
    ['name', device.displayName ?? device.hostname],
    ['id', device.id],
    ['state', `${device.presence} (${device.presenceReason}) since ${device.presenceSince}`],
    ['lifecycle', device.lifecycle],
    ['last seen', device.presence === 'online' ? 'now' : ago(device.lastSeenAt)],
    ['site', `${device.siteName} · ${device.orgName}`],
    ['system', `${device.osName} ${device.osVersion} (${device.os}, ${device.arch})`],
    ['kernel', dash(device.kernel)],
    ['serial', dash(device.serialNumber)],
    ['model', dash([device.manufacturer, device.model].filter(Boolean).join(' '))],
    ['processor', dash(device.cpuModel ? `${device.cpuModel} × ${device.cpuCores}` : null)],
    ['memory', bytes(device.memoryTotalBytes)],
    ['addresses', dash(device.addresses.join(', '))],
    [
      'tags',
      dash(
        Object.entries(device.tags)
          .map(([key, value]) => `${key}=${value}`)
          .join(', '),
      ),
    ],
    ['agent', `${device.agentVersion}, local policy ${device.policyLevel}`],
    [
      'now',
      device.latest
        ? `cpu ${percent(device.latest.cpuPercent)}, memory ${percent(device.latest.memoryPercent)}, disk ${percent(device.latest.diskPercent)}`
        : '–',
    ],
  ]);
}

/** Prints the present state of each device and then each change; deltas carry only what changed. */
async function watch(words: string[], options: { count?: string; json?: boolean }): Promise<void> {
  const { client, login, output } = openSession(options);
  const limit = options.count === undefined ? Number.POSITIVE_INFINITY : readCount(options.count, '--count');
  const page = await client.devices.list({
    query: words.join(' ') || undefined,
    limit: 200,
    sort: 'hostname',
  });
  if (page.next !== null)
    output.note('Watching the first 200 devices that match; narrow the query to watch others.');
  const known = new Map<string, DeviceRow>(page.items.map((row) => [row.id, row]));
  for (const row of known.values()) printState(output, row);
  let changes = 0;
  const live = await openLive(login, client);
  live.send({ type: 'watch', watch: 'cli', view: 'devices', ids: page.items.map((row) => row.id) });
  for await (const message of live.messages) {
    for (const row of changedStates(message, known)) {
      printState(output, row);
      changes += 1;
      if (changes >= limit) return live.close();
    }
  }
}

function changedStates(message: LiveMessage, known: Map<string, DeviceRow>): DeviceRow[] {
  if (message.type === 'error') throw new Failure(EXIT.failed, message.message);
  if (message.type !== 'devices') return [];
  return message.rows.flatMap((delta) => {
    const before = known.get(delta.id);
    if (!before) return [];
    const after = { ...before, ...delta } as DeviceRow;
    known.set(delta.id, after);
    return after.presence !== before.presence || after.lifecycle !== before.lifecycle ? [after] : [];
  });
}

function printState(output: Output, row: DeviceRow): void {
  const { id, hostname, presence, presenceReason, presenceSince, lifecycle } = row;
  output.item(
    { id, hostname, presence, presenceReason, presenceSince, lifecycle },
    `${presenceSince}  ${STATE_MARK[presence]} ${presence.padEnd(12)} ${row.displayName ?? hostname} (${presenceReason})`,
  );
}
