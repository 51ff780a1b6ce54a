import type { Group, GroupDevice } from '@muster/contracts';
import type { Command } from 'commander';
import { requireChange } from '../../change.ts';
import type { Client } from '../../client.ts';
import { EXIT, Failure } from '../../failure.ts';
import { followTags, saidOfChange } from '../../follow-tags.ts';
import { type Column, counted } from '../../output.ts';
import { findPlace, getOrgId } from '../../places.ts';
import { getDevice, openSession, readPages, writerFor } from '../../session.ts';

type Json = { json?: boolean };

const columns: readonly Column<Group>[] = [
  { title: 'name', value: (group) => group.name },
  { title: 'kind', value: (group) => group.kind },
  { title: 'devices', value: (group) => (group.settled ? '' : '≈ ') + String(group.devices), right: true },
  { title: 'priority', value: (group) => String(group.priority), right: true },
  { title: 'query', value: (group) => group.query ?? '' },
];

const deviceColumns: readonly Column<GroupDevice>[] = [
  { title: 'name', value: ({ name }) => name },
  {
    title: 'state',
    value: ({ lifecycle, presence }) => (lifecycle === 'active' ? presence : lifecycle),
  },
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
  addMaking(groups);
  addChanging(groups);
  addMembers(groups);
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
      const items = await readPages((cursor) =>
        client.groups.devices({ groupId: group.id, limit: 500, cursor }),
      );
      output.list(items, deviceColumns, `${group.name} is empty.`);
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
    .option('--org <organisation>', 'in this organisation alone')
    .option('--json', 'print JSON')
    .action(async (query: string, options: Json & { group?: string; org?: string }) => {
      const { client, output } = openSession(options);
      const group = options.group ? await findGroup(client, options.group) : undefined;
      const orgId = options.org === undefined ? undefined : await getOrgId(client, options.org);
      const preview = await client.groups.preview({ query, groupId: group?.id, orgId });
      const moves = group
        ? ` ${preview.entering} would enter ${group.name}, ${preview.leaving} leave it.`
        : '';
      output.item(preview, `${counted(preview.matching, 'device')} would be in it.${moves}`);
    });
}

function addMaking(groups: Command): void {
  groups
    .command('create <name>')
    .description('make a group, smart where it has a query')
    .option('--query <query>', 'the devices that it means')
    .option('--description <text>', 'what it is for', '')
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
        description: options.description,
        query: options.query ?? null,
        priority: readPriority(options.priority),
        parentId: parent?.id ?? null,
        ...(orgId ? { orgId } : {}),
      });
      output.item(group, `${group.kind === 'smart' ? 'Smart group' : 'Group'} ${group.name} is made.`);
    });
  groups
    .command('remove <group>')
    .description('remove a group; its devices stay')
    .option('--json', 'print what it was as JSON')
    .action(async (wanted: string, options: Json) => {
      const { client, output } = openSession(options);
      const group = await findGroup(client, wanted);
      await client.groups.remove({ groupId: group.id });
      output.item(group, `${group.name} is removed.`);
    });
}

function addChanging(groups: Command): void {
  groups
    .command('change <group>')
    .description('change a group; what is not named stays')
    .option('--name <name>', 'call it something else')
    .option('--description <text>', 'what it is for')
    .option('--in <group>', 'the group that it lies in')
    .option('--out', 'it lies in no other group any more')
    .option('--priority <number>', 'of several groups of a device the highest has the last word')
    .option('--query <query>', 'of a smart group: the devices that it means')
    .option('--json', 'print JSON')
    .action(change);
  groups
    .command('query <group> <query>')
    .description('let a smart group mean something else')
    .option('--json', 'print JSON')
    .action(async (wanted: string, query: string, options: Json) => {
      const { client, output } = openSession(options);
      const before = await findGroup(client, wanted);
      const writer = writerFor(before);
      const group = await writer.groups.update({ groupId: before.id, query });
      output.item(group, `${group.name} means ${group.query}.`);
    });
}

function addMembers(groups: Command): void {
  for (const verb of ['add', 'take'] as const) {
    groups
      .command(`${verb} <group> <device...>`)
      .description(verb === 'add' ? 'put devices into a static group' : 'take devices out of a static group')
      .option('--json', 'print JSON')
      .action(async (wanted: string, devices: string[], options: Json) => {
        const { client, output } = openSession(options);
        const group = await findGroup(client, wanted);
        const deviceIds = await Promise.all(
          devices.map(async (device) => (await getDevice(client, device)).id),
        );
        const after = await client.groups[verb]({ groupId: group.id, deviceIds });
        output.item(after, `${after.name} has ${counted(after.devices, 'device')}.`);
      });
  }
}

type Created = { query?: string; description: string; org?: string; in?: string; priority: string };

type Changes = Json & {
  name?: string;
  description?: string;
  in?: string;
  out?: boolean;
  priority?: string;
  query?: string;
};

async function change(wanted: string, options: Changes, command: Command): Promise<void> {
  const { client, output } = openSession(options);
  const { name, description, query } = options;
  if (options.in !== undefined && options.out) throw new Failure(EXIT.usage, 'Say --in or --out, not both.');
  const before = await findGroup(client, wanted);
  const outer = options.in === undefined ? undefined : await findGroup(client, options.in);
  const group = await writerFor(before).groups.update({
    groupId: before.id,
    ...requireChange(
      {
        ...{ name, description, query },
        parentId: options.out ? null : outer?.id,
        priority: options.priority === undefined ? undefined : readPriority(options.priority),
      },
      command,
    ),
  });
  const isWeighed = group.kind === 'smart' && group.priority !== before.priority;
  const tags = isWeighed ? await followTags({ client, output }, group.id) : undefined;
  const isTold = tags !== undefined && Object.keys(tags.tags).length > 0;
  output.item(group, `${group.name} is changed.${isTold ? saidOfChange(tags) : ''}`);
}

function readPriority(text: string): number {
  const priority = Number(text);
  if (text.trim() !== '' && Number.isInteger(priority) && priority >= 0 && priority <= 1_000) return priority;
  throw new Failure(EXIT.usage, `--priority takes a whole number from 0 to 1000, not “${text}”.`);
}

async function findGroup(client: Client, wanted: string): Promise<Group> {
  const { items } = await client.groups.list();
  const named = items.filter(({ id, name }) => id === wanted || name.toLowerCase() === wanted.toLowerCase());
  const [group, another] = named;
  if (!group) throw new Failure(EXIT.notFound, `There is no group "${wanted}"; see "muster groups list".`);
  if (another) throw new Failure(EXIT.usage, `Several groups are called ${wanted}; name one by its id.`);
  return group;
}
