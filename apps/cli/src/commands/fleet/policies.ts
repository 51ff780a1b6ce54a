import type { EffectiveField, Policy, PolicyOrigin, PolicyPreview } from '@muster/contracts';
import { PolicyPlaceKind } from '@muster/contracts';
import { POLICY_FIELDS, PolicyField, PolicyValues } from '@muster/contracts/policies';
import type { Command } from 'commander';
import type { Client } from '../../client.ts';
import { EXIT, Failure } from '../../failure.ts';
import { type Column, counted, type Output } from '../../output.ts';
import { findPlace } from '../../places.ts';
import { getDevice, openSession, writerFor } from '../../session.ts';

type Json = { json?: boolean };

const sets = (fields: PolicyValues) =>
  Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

const columns: readonly Column<Policy>[] = [
  { title: 'kind', value: (policy) => policy.kind },
  { title: 'of', value: (policy) => policy.placeName },
  { title: 'priority', value: ({ priority }) => (priority === null ? '' : String(priority)), right: true },
  { title: 'sets', value: (policy) => sets(policy.fields) },
];

/** `muster policies`: what organisations, sites, groups and devices set for their devices. */
export function addPolicies(program: Command): void {
  const policies = program
    .command('policies')
    .description('what organisations, sites, groups and devices set for their devices');
  addReading(policies);
  addChanging(policies);
}

function addReading(policies: Command): void {
  policies
    .command('list')
    .description('list the policies that set something')
    .option('--json', 'print JSON')
    .action(async (options: Json) => {
      const { client, output } = openSession(options);
      output.list((await client.policies.list()).items, columns, 'No policy sets anything.');
    });
  policies
    .command('fields')
    .description('list what policies can set')
    .option('--json', 'print JSON')
    .action(async (options: Json) => {
      const { client, output } = openSession(options);
      output.list(
        (await client.policies.fields()).items,
        [
          { title: 'field', value: (item) => item.field },
          { title: 'default', value: (item) => String(item.byDefault), right: true },
          { title: 'from', value: (item) => String(item.min), right: true },
          { title: 'to', value: (item) => String(item.max), right: true },
          { title: 'what it does', value: (item) => `${item.describe} In ${item.unit}.` },
        ],
        'There is nothing to set.',
      );
    });
  policies
    .command('show <kind> <name>')
    .description('show the policy of an organisation, site, group or device')
    .option('--json', 'print JSON')
    .action(async (kind: string, name: string, options: Json) => {
      const { client, output } = openSession(options);
      const policy = await getPolicy(client, kind, name);
      output.item(policy, `${policy.kind} ${policy.placeName} sets ${sets(policy.fields) || 'nothing'}.`);
    });
}

function addChanging(policies: Command): void {
  policies
    .command('set <kind> <name> <field=value...>')
    .description('let a policy set something; what is not named stays')
    .option('--preview', 'only show what would change')
    .option('--json', 'print JSON')
    .action(async (kind: string, name: string, words: string[], options: Json & { preview?: boolean }) => {
      const before = await getPolicy(openSession(options).client, kind, name);
      await change(before, { ...before.fields, ...readFields(words) }, options);
    });
  policies
    .command('clear <kind> <name> [field...]')
    .description('let a policy set these fields no longer; without a field, none')
    .option('--preview', 'only show what would change')
    .option('--json', 'print JSON')
    .action(async (kind: string, name: string, words: string[], options: Json & { preview?: boolean }) => {
      const before = await getPolicy(openSession(options).client, kind, name);
      const gone = new Set<string>(words.map(readField));
      const kept = Object.entries(before.fields).filter(([field]) => gone.size > 0 && !gone.has(field));
      await change(before, Object.fromEntries(kept), options);
    });
}

async function change(
  before: Policy,
  fields: PolicyValues,
  options: Json & { preview?: boolean },
): Promise<void> {
  const { client, output } = openSession(options);
  const { kind, placeId } = before;
  if (options.preview) return printPreview(output, await client.policies.preview({ kind, placeId, fields }));
  const writer = writerFor(before);
  const after = await writer.policies.set({ kind, placeId, fields });
  output.item(after, `${after.kind} ${after.placeName} sets ${sets(after.fields) || 'nothing'} now.`);
}

function printPreview(output: Output, preview: PolicyPreview): void {
  if (output.json) {
    output.document(preview);
    return;
  }
  if (preview.devices > 0) output.note(`Something would change for ${counted(preview.devices, 'device')}.`);
  output.list(
    preview.changes,
    [
      { title: 'field', value: (item) => item.field },
      { title: 'before', value: (item) => String(item.before), right: true },
      { title: 'after', value: (item) => String(item.after), right: true },
      { title: 'devices', value: (item) => String(item.devices), right: true },
    ],
    'Nothing would change for any device.',
  );
}

/** `muster devices policy`: what holds for one device, and why. */
export function addDevicePolicy(devices: Command): void {
  devices
    .command('policy <device>')
    .description('show what holds for a device and which policy says so')
    .option('--json', 'print JSON')
    .action(async (name: string, options: Json) => {
      const { client, output } = openSession(options);
      const { id } = await getDevice(client, name);
      const effective = await client.policies.effective({ deviceId: id });
      if (effective.pending) output.note('A change is being taken over at this moment.');
      const from = ({ kind, placeName }: PolicyOrigin) =>
        kind === 'default' ? 'default' : `${kind} ${placeName}`;
      const rows: readonly Column<EffectiveField>[] = [
        { title: 'field', value: (item) => item.field },
        { title: 'value', value: (item) => String(item.value), right: true },
        { title: 'unit', value: (item) => item.unit },
        { title: 'from', value: (item) => from(item.origin) },
        {
          title: 'overrides',
          value: (item) => item.overrode.map(({ value, origin }) => `${value} (${from(origin)})`).join(', '),
        },
      ];
      output.list(effective.fields, rows, 'There is nothing to set.');
    });
}

async function getPolicy(client: Client, kind: string, name: string): Promise<Policy> {
  const known = PolicyPlaceKind.safeParse(kind);
  if (!known.success)
    throw new Failure(
      EXIT.usage,
      `A policy is that of an ${PolicyPlaceKind.options.join(', ')}, not ${kind}.`,
    );
  const placeId = await findId(client, known.data, name);
  return client.policies.get({ kind: known.data, placeId });
}

async function findId(client: Client, kind: PolicyPlaceKind, name: string): Promise<string> {
  if (kind === 'device') return (await getDevice(client, name)).id;
  const option = kind === 'organisation' ? 'org' : kind;
  const { orgId, siteId, groupId } = await findPlace(client, { [option]: name });
  return groupId ?? siteId ?? orgId ?? '';
}

function readField(word: string): PolicyField {
  const field = PolicyField.options.find((one) => one.toLowerCase() === word.toLowerCase());
  if (field) return field;
  throw new Failure(EXIT.usage, `There is no field "${word}"; there are ${PolicyField.options.join(', ')}.`);
}

function readFields(words: readonly string[]): PolicyValues {
  const fields: PolicyValues = {};
  for (const word of words) {
    const [name = '', text = ''] = word.split('=');
    const field = readField(name);
    const { min, max, unit } = POLICY_FIELDS[field];
    const value = Number(text);
    if (text === '' || !PolicyValues.shape[field].safeParse(value).success)
      throw new Failure(
        EXIT.usage,
        `${field} takes a whole number of ${unit} from ${min} to ${max}, not "${text}".`,
      );
    fields[field] = value;
  }
  return fields;
}
