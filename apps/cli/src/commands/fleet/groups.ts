import type { Group } from '@muster/contracts';
import type { Command } from 'commander';
import { type Client, connect, getLogin } from '../../client.ts';
import { EXIT, Failure } from '../../failure.ts';
import type { Column } from '../../output.ts';
import { getDevice, openSession } from '../../session.ts';
import { findPlace } from '../govern/roles.ts';

type Json = { json?: boolean };

const columns: readonly Column<Group>[] = [
  { title: 'name', value: (group) => group.name },
  { title: 'kind', value: (group) => group.kind },
  { title: 'devices', value: (group) => (group.settled ? '' : '≈ ') + String(group.devices), right: true },
  { title: 'priority', value: (group) => String(group.priority), right: true },
  { title: 'query', value: (group) => group.query ?? '' },
];

type Change = Awaited<ReturnType<Client['groups']['changes']>>['items'][number];

const changeColumns: readonly Column<Change>[] = [
  { title: 'when', value: ({ at }) => at },
  { title: 'what', value: ({ change }) => change },
  { title: 'device', value: ({ deviceName }) => deviceName },
];

/** `muster groups`: sets of devices, by hand or by a query. */
export function addGroups(program: Command): void {
  const groups = program.command('groups').description('sets of devices, by hand or by a query');
  addReading(groups);
  addChanging(groups);
}

function addReading(groups: Command): void {
  groups
    .command('list')
    .description('list groups')
    .option('--json', 'print JSON')
    .action(async (options: Json) => {
      const { client, output } = openSession(options);
      output.list((await client.groups.list()).items, columns, 'There are no groups.');
    });
  groups
    .command('devices <group>')
    .description('list the devices of a group')
    .option('--json', 'print JSON')
    .action(async (wanted: string, options: Json) => {
      const { client, output } = openSession(options);
      const group = await findGroup(client, wanted);
      const { items } = await client.groups.devices({ groupId: group.id, limit: 500 });
      output.list(items, [{ title: 'name', value: (device) => device.name }], `${group.name} is empty.`);
    });
  groups
    .command('changes <group>')
    .description('list who entered a smart group and who left it, the newest first')
    .option('--json', 'print JSON')
    .action(async (wanted: string, options: Json) => {
      const { client, output } = openSession(options);
      const group = await findGroup(client, wanted);
      const { items } = await client.groups.changes({ groupId: group.id, limit: 100 });
      output.list(items, changeColumns, `Nobody has entered or left ${group.name}.`);
    });
  groups
    .command('preview <query>')
    .description('show what a smart group with this query would mean')
    .option('--group <group>', 'for this group: who would enter and leave')
    .option('--json', 'print JSON')
    .action(async (query: string, options: Json & { group?: string }) => {
      const { client, output } = openSession(options);
      const group = options.group ? await findGroup(client, options.group) : undefined;
      const preview = await client.groups.preview({ query, ...(group ? { groupId: group.id } : {}) });
      const moves = group
        ? ` ${preview.entering} would enter ${group.name}, ${preview.leaving} leave it.`
        : '';
      output.item(preview, `${preview.matching} devices match.${moves}`);
    });
}

function addChanging(groups: Command): void {
  groups
    .command('create <name>')
    .description('make a group, smart where it has a query')
    .option('--query <query>', 'the devices that it means')
    .option('--org <organisation>', 'where there are several')
    .option('--in <group>', 'the group that it lies in')
    .option('--priority <number>', 'of several groups of a device the highest has the last word', '100')
    .option('--json', 'print JSON')
    .action(async (name: string, options: Json & Created) => {
      const { client, output } = openSession(options);
      const { orgId } = await findPlace(client, { org: options.org });
      const parent = options.in ? await findGroup(client, options.in) : undefined;
      const group = await client.groups.create({
        name,
        query: options.query ?? null,
        priority: Number(options.priority),
        parentId: parent?.id ?? null,
        ...(orgId ? { orgId } : {}),
      });
      output.item(group, `${group.kind === 'smart' ? 'Smart group' : 'Group'} ${group.name} is made.`);
    });
  groups
    .command('query <group> <query>')
    .description('let a smart group mean something else')
    .option('--json', 'print JSON')
    .action(async (wanted: string, query: string, options: Json) => {
      const { client, output } = openSession(options);
      const before = await findGroup(client, wanted);
      const writer = connect(getLogin(), { 'if-match': before.etag });
      const group = await writer.groups.update({ groupId: before.id, query });
      output.item(group, `${group.name} means ${group.query}.`);
    });
  for (const verb of ['add', 'take'] as const) {
    groups
      .command(`${verb} <group> <device...>`)
      .description(verb === 'add' ? 'put devices into a static group' : 'take devices out of a static group')
      .action(async (wanted: string, devices: string[]) => {
        const { client, output } = openSession({});
        const group = await findGroup(client, wanted);
        const deviceIds = await Promise.all(
          devices.map(async (device) => (await getDevice(client, device)).id),
        );
        const after = await client.groups[verb]({ groupId: group.id, deviceIds });
        output.note(`${after.name} has ${after.devices} devices.`);
      });
  }
  groups
    .command('remove <group>')
    .description('remove a group; its devices stay')
    .action(async (wanted: string) => {
      const { client, output } = openSession({});
      const group = await findGroup(client, wanted);
      await client.groups.remove({ groupId: group.id });
      output.note(`${group.name} is removed.`);
    });
}

type Created = { query?: string; org?: string; in?: string; priority: string };

async function findGroup(client: Client, wanted: string): Promise<Group> {
  const { items } = await client.groups.list();
  const named = items.filter(({ id, name }) => id === wanted || name.toLowerCase() === wanted.toLowerCase());
  const [group, another] = named;
  if (!group) throw new Failure(EXIT.notFound, `There is no group "${wanted}"; see "muster groups list".`);
  if (another) throw new Failure(EXIT.usage, `Several groups are called ${wanted}; name one by its id.`);
  return group;
}
