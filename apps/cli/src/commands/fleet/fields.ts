import {
  type CustomField,
  CustomKind,
  type CustomValue,
  type FieldAtPlace,
  FieldPlaceKind,
  type FieldsOfPlace,
} from '@muster/contracts';
import type { Command } from 'commander';
import { requireChange } from '../../change.ts';
import type { Client } from '../../client.ts';
import { EXIT, Failure } from '../../failure.ts';
import type { Column } from '../../output.ts';
import { findPlace } from '../../places.ts';
import { getDevice, openSession, writerFor } from '../../session.ts';

type Json = { json?: boolean };

const columns: readonly Column<CustomField>[] = [
  { title: 'field', value: ({ key }) => `custom.${key}` },
  { title: 'title', value: ({ title }) => title },
  { title: 'kind', value: ({ kind, choices }) => (kind === 'enum' ? choices.join(' | ') : kind) },
  { title: 'set for', value: ({ appliesTo }) => appliesTo.join(', ') },
  { title: 'default', value: ({ byDefault }) => shown(byDefault) },
  { title: 'set by', value: ({ setBy }) => setBy },
];

const valueColumns: readonly Column<FieldAtPlace>[] = [
  { title: 'field', value: ({ key }) => key },
  { title: 'value', value: ({ value }) => shown(value) },
  { title: 'from', value: ({ origin }) => (origin ? `${origin.kind} ${origin.placeName}` : '') },
];

const shown = (value: CustomValue | null): string => (value === null ? '' : String(value));

/** `muster fields`: what people keep about devices, sites and organisations. */
export function addFields(program: Command): void {
  const fields = program
    .command('fields')
    .description('custom fields: what people keep about devices, sites and organisations');
  addDefining(fields);
  addValues(fields);
}

type Defined = Json & {
  kind: string;
  title?: string;
  description?: string;
  choice?: string[];
  for?: string[];
  default?: string;
  administrators?: boolean;
  org?: string;
};

function addDefining(fields: Command): void {
  fields
    .command('list')
    .description('list the custom fields')
    .option('--json', 'print JSON')
    .action(async (options: Json) => {
      const { client, output } = openSession(options);
      output.list((await client.fields.list({})).items, columns, 'There are no custom fields.');
    });
  fields
    .command('define <key>')
    .description('define a field; queries ask for it as custom.<key>')
    .requiredOption('--kind <kind>', CustomKind.options.join(', '))
    .option('--title <text>', 'as people read it; the key unless given')
    .option('--description <text>', 'what it is for')
    .option('--choice <choice...>', 'kind enum: what can be chosen')
    .option('--for <place...>', 'where it can be set: organisation, site, device; all unless given')
    .option('--default <value>', 'what holds where nobody said anything')
    .option('--administrators', 'only who may define fields sets it')
    .option('--org <organisation>', 'where there are several')
    .option('--json', 'print JSON')
    .action((key: string, options: Defined) => define(key, options));
  fields
    .command('change <key>')
    .description('change a field; key and kind stay, and so does what is not named')
    .option('--title <text>', 'as people read it')
    .option('--description <text>', 'what it is for')
    .option('--choice <choice...>', 'kind enum: what can be chosen, all of it')
    .option('--for <place...>', 'where it can be set, all of them: organisation, site, device')
    .option('--default <value>', 'what holds where nobody said anything')
    .option('--no-default', 'nothing holds there')
    .option('--administrators', 'only who may define fields sets it')
    .option('--no-administrators', 'whoever may change the place sets it')
    .option('--org <organisation>', 'where several have it')
    .option('--json', 'print JSON')
    .action(change);
  fields
    .command('remove <key>')
    .description('remove a field with all its values')
    .option('--org <organisation>', 'where several have it')
    .option('--json', 'print what it was as JSON')
    .action(async (key: string, options: Json & { org?: string }) => {
      const { client, output } = openSession(options);
      const field = await getField(client, key, options.org);
      await client.fields.remove({ fieldId: field.id });
      output.item(field, `custom.${field.key} is removed.`);
    });
}

async function define(key: string, options: Defined): Promise<void> {
  const { client, output } = openSession(options);
  const kind = CustomKind.safeParse(options.kind);
  if (!kind.success) throw new Failure(EXIT.usage, `A field is one of ${CustomKind.options.join(', ')}.`);
  const { orgId } = await findPlace(client, { org: options.org });
  const field = await client.fields.create({
    key,
    kind: kind.data,
    title: options.title ?? key,
    description: options.description ?? '',
    choices: options.choice ?? [],
    setBy: setterOf(options.administrators ?? false),
    ...(options.for ? { appliesTo: options.for.map(readPlaceKind) } : {}),
    ...(options.default === undefined ? {} : { byDefault: readValue(kind.data, options.default) }),
    ...(orgId ? { orgId } : {}),
  });
  output.item(field, `custom.${field.key} is defined.`);
}

type Changes = Json & {
  title?: string;
  description?: string;
  choice?: string[];
  for?: string[];
  default?: string | false;
  administrators?: boolean;
  org?: string;
};

async function change(key: string, options: Changes, command: Command): Promise<void> {
  const { client, output } = openSession(options);
  const before = await getField(client, key, options.org);
  const { title, description, choice: choices, administrators } = options;
  const field = await writerFor(before).fields.update({
    fieldId: before.id,
    ...requireChange(
      {
        ...{ title, description, choices },
        appliesTo: options.for?.map(readPlaceKind),
        byDefault: readDefault(before.kind, options.default),
        setBy: administrators === undefined ? undefined : setterOf(administrators),
      },
      command,
    ),
  });
  output.item(field, `custom.${field.key} is changed.`);
}

const setterOf = (isForAdministrators: boolean): CustomField['setBy'] =>
  isForAdministrators ? 'administrator' : 'operator';

function readDefault(kind: CustomKind, text: string | false | undefined): CustomValue | null | undefined {
  if (text === undefined) return undefined;
  return text === false ? null : readValue(kind, text);
}

function addValues(fields: Command): void {
  fields
    .command('show <kind> <name>')
    .description('show what holds for a device, site or organisation, and where it comes from')
    .option('--json', 'print JSON')
    .action(async (kind: string, name: string, options: Json) => {
      const { client, output } = openSession(options);
      const place = await read(client, readPlaceKind(kind), name);
      output.list(place.items, valueColumns, 'There are no custom fields.');
    });
  fields
    .command('set <kind> <name> <key=value...>')
    .description('set fields of a device, site or organisation; nothing behind = takes a value away')
    .option('--json', 'print JSON')
    .action(async (kind: string, name: string, words: string[], options: Json) => {
      const { client, output } = openSession(options);
      const before = await read(client, readPlaceKind(kind), name);
      const values = Object.fromEntries(words.map((word) => readWord(before, word)));
      const after = await write(before, values);
      const told = Object.entries(values).map(
        ([key, value]) => `${key} ${value === null ? 'taken away' : 'set'}`,
      );
      output.item(after, `${after.kind} ${after.placeName}: ${told.join(', ')}.`);
    });
}

async function read(client: Client, kind: FieldPlaceKind, name: string): Promise<FieldsOfPlace> {
  if (kind === 'device') return client.fields.ofDevice({ deviceId: (await getDevice(client, name)).id });
  const { orgId, siteId } = await findPlace(client, kind === 'site' ? { site: name } : { org: name });
  if (kind === 'site' && siteId) return client.fields.ofSite({ siteId });
  if (orgId) return client.fields.ofOrganisation({ orgId });
  throw new Failure(EXIT.notFound, `There is no ${kind} ${name}.`);
}

/** Sent with the etag of what was read: what somebody else changed in between is not overwritten. */
function write(before: FieldsOfPlace, values: Record<string, CustomValue | null>): Promise<FieldsOfPlace> {
  const writer = writerFor(before);
  const { kind, placeId, orgId } = before;
  if (kind === 'device') return writer.fields.setOfDevice({ deviceId: placeId, values });
  if (kind === 'site') return writer.fields.setOfSite({ siteId: placeId, values });
  return writer.fields.setOfOrganisation({ orgId, values });
}

function readWord({ items, placeName }: FieldsOfPlace, word: string): [string, CustomValue | null] {
  const [, key = '', text = ''] = /^(?:custom\.)?([^=]+)=(.*)$/s.exec(word) ?? [];
  if (key === '') throw new Failure(EXIT.usage, `${word} is not of the form key=value.`);
  const field = items.find((item) => item.key === key);
  if (!field)
    throw new Failure(EXIT.notFound, `${placeName} has no custom field ${key}; see "muster fields list".`);
  return [key, text === '' ? null : readValue(field.kind, text)];
}

const NUMBERS: ReadonlySet<CustomKind> = new Set(['number', 'percent', 'bytes', 'duration']);

/** The server says what is wrong with a value that is none of its kind. */
function readValue(kind: CustomKind, text: string): CustomValue {
  if (NUMBERS.has(kind) && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  if (kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

function readPlaceKind(word: string): FieldPlaceKind {
  const kind = FieldPlaceKind.safeParse(word);
  if (kind.success) return kind.data;
  throw new Failure(EXIT.usage, `${word} is none of ${FieldPlaceKind.options.join(', ')}.`);
}

async function getField(client: Client, key: string, org: string | undefined): Promise<CustomField> {
  const { orgId } = await findPlace(client, { org });
  const { items } = await client.fields.list(orgId ? { orgId } : {});
  const [field, another] = items.filter((item) => item.key === key || `custom.${item.key}` === key);
  if (!field) throw new Failure(EXIT.notFound, `There is no custom field ${key}; see "muster fields list".`);
  if (another)
    throw new Failure(EXIT.usage, `Several organisations have custom.${field.key}; name one with --org.`);
  return field;
}
