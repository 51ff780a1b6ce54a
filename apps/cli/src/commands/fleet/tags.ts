import type { DeviceId, DeviceTag, GroupTags } from '@muster/contracts';
import type { Command } from 'commander';
import type { Client } from '../../client.ts';
import { EXIT, Failure } from '../../failure.ts';
import { followTags, saidOfChange } from '../../follow-tags.ts';
import { type Column, counted } from '../../output.ts';
import { findPlace } from '../../places.ts';
import { getDevice, openSession, writerFor } from '../../session.ts';

type Json = { json?: boolean };

const columns: readonly Column<DeviceTag>[] = [
  { title: 'tag', value: ({ key, value }) => `${key}=${value}` },
  { title: 'from', value: ({ origin }) => (origin.kind === 'hand' ? 'hand' : `group ${origin.groupName}`) },
  {
    title: 'overrode',
    value: ({ overrode }) => overrode.map(({ groupName, value }) => `${value} (${groupName})`).join(', '),
  },
];

/** `muster tags`: key=value words on devices, by hand or by a smart group. */
export function addTags(program: Command): void {
  const tags = program.command('tags').description('key=value words on devices, by hand or by a smart group');
  addReading(tags);
  addEditing(tags);
  addGroups(tags);
}

function addReading(tags: Command): void {
  tags
    .command('list [key]')
    .description('list the keys in use, or the values of one, with how many devices have each')
    .option('--json', 'print JSON')
    .action(async (key: string | undefined, options: Json) => {
      const { client, output } = openSession(options);
      const { values } = await client.devices.complete({ field: key ? `tag.${key}` : 'tag' });
      output.list(
        values,
        [
          { title: key ?? 'key', value: ({ value }) => value },
          { title: 'devices', value: ({ count }) => String(count), right: true },
        ],
        'No device has such a tag.',
      );
    });
  tags
    .command('show <device>')
    .description('show the tags of a device, and where each comes from')
    .option('--json', 'print JSON')
    .action(async (wanted: string, options: Json) => {
      const { client, output } = openSession(options);
      const device = await getDevice(client, wanted);
      const { items } = await client.tags.ofDevice({ deviceId: device.id });
      output.list(items, columns, `${device.displayName ?? device.hostname} has no tags.`);
    });
}

type Edit = Json & { query?: string };

function addEditing(tags: Command): void {
  tags
    .command('set <key=value...>')
    .description('set tags of the devices that match a query, and take away those without a value: "role="')
    .requiredOption('--query <query>', 'which devices, as in "muster devices list"')
    .option('--json', 'print JSON')
    .action(async (words: string[], options: Edit) => {
      const { client, output } = openSession(options);
      const change = readTags(words);
      const ids = await matching(client, options.query ?? '');
      if (ids.length === 0) throw new Failure(EXIT.notFound, 'No device matches.');
      let changed = 0;
      for (let at = 0; at < ids.length; at += AT_ONCE) {
        const answer = await client.devices.tag({ deviceIds: ids.slice(at, at + AT_ONCE), ...change });
        changed += answer.changed;
      }
      output.item(
        { matching: ids.length, changed },
        `${changed} of ${counted(ids.length, 'device')} changed.`,
      );
    });
}

function addGroups(tags: Command): void {
  tags
    .command('group <group> [key=value...]')
    .description('show the tags that a smart group carries; with words, set or take away some of them')
    .option('--take-back', 'let it carry what it did before a change that its devices are still getting')
    .option('--no-wait', 'do not wait until all of its devices have them')
    .option('--json', 'print JSON')
    .action(tagGroup);
}

type Grouped = Json & { takeBack?: boolean; wait: boolean };

async function tagGroup(wanted: string, words: string[], options: Grouped): Promise<void> {
  const { client, output } = openSession(options);
  const { groupId } = await findPlace(client, { group: wanted });
  if (!groupId) throw new Failure(EXIT.notFound, `There is no group ${wanted}.`);
  const before = await client.tags.ofGroup({ groupId });
  const tags = options.takeBack ? takenBack(before, words) : words.length > 0 && changed(before, words);
  const asked = tags ? await writerFor(before).tags.setOfGroup({ groupId, tags }) : before;
  const after = tags && options.wait ? await followTags({ client, output }, groupId) : asked;
  const shown = Object.entries(after.tags).map(([key, value]) => `${key}=${value}`);
  const carries = `${wanted} carries ${shown.join(' ') || 'no tags'}.`;
  output.item(after, `${carries}${tags || !after.change?.finishedAt ? saidOfChange(after) : ''}`);
}

function changed({ tags }: GroupTags, words: readonly string[]): GroupTags['tags'] {
  const { set, remove } = readTags(words);
  const kept = Object.entries(tags).filter(([key]) => !remove.includes(key));
  return { ...Object.fromEntries(kept), ...set };
}

function takenBack({ change }: GroupTags, words: readonly string[]): GroupTags['tags'] {
  if (words.length > 0) throw new Failure(EXIT.usage, 'Say tags or --take-back, not both.');
  if (!change?.before || change.finishedAt)
    throw new Failure(EXIT.conflict, 'No change of its tags is under way; say which tags it is to carry.');
  return change.before;
}

const AT_ONCE = 500;

/** The list is read to its end first, so that what changes does not move it while it is walked. */
async function matching(client: Client, query: string): Promise<DeviceId[]> {
  const ids: DeviceId[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await client.devices.list({
      query,
      sort: 'hostname',
      limit: AT_ONCE,
      ...(cursor ? { cursor } : {}),
    });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.next;
  } while (cursor);
  return ids;
}

function readTags(words: readonly string[]): { set: Record<string, string>; remove: string[] } {
  const set: Record<string, string> = {};
  const remove: string[] = [];
  for (const word of words) {
    const [, key = '', value = ''] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
    if (key === '') throw new Failure(EXIT.usage, `${word} is not of the form key=value.`);
    if (value === '') remove.push(key);
    else set[key] = value;
  }
  return { set, remove };
}
