import { expect, test } from 'bun:test';
import { type Authority, POLICY_FIELDS, type PolicyFieldDeclared } from '@muster/contracts/policies';
import { check, createCatalogue, type Field, type Plan, parse } from '@muster/query';
import { findFault, type GroupNode } from './group-faults.ts';

const aField = (name: string, authority: Authority): Field => ({
  name,
  kind: 'text',
  authority,
  describe: name,
  source: { from: 'column', value: `d.${name}` },
});
const catalogue = createCatalogue([
  aField('hostname', 'device'),
  aField('label', 'operator'),
  aField('place', 'server'),
]);

function planOf(query: string): Plan {
  const tree = parse(query);
  const plan = tree.ok ? check(tree.value, catalogue) : tree;
  if (!plan.ok) throw new Error('the test asks for something that cannot be read');
  return plan.value;
}

const aGroup = (name: string, query: string | null, parentId: string | null = null): GroupNode => ({
  id: name,
  parentId,
  name,
  plan: query === null ? undefined : planOf(query),
});
/** A field that the test contributes: whoever chooses the script chooses what runs. */
const trusting = (needs: Authority): Record<string, PolicyFieldDeclared> => ({
  startScript: { ...POLICY_FIELDS.offlineLimit, title: 'Start script', needs, moves: [] },
});
const fault = (needs: Authority, ...groups: GroupNode[]) =>
  findFault(groups, { id: groups[0]?.id ?? '', sets: ['startScript'] }, trusting(needs));

test('GT-3: a dangerous field is refused where the device itself decides whether it is in the group, and the refusal says by what', () => {
  const refused = fault('operator', aGroup('Build hosts', 'label = build and hostname = ci-*'));

  expect(refused).toEqual({
    text: 'The policy of Build hosts may not set the start script: the device itself says hostname, for which Build hosts asks, and this takes what people say.',
    params: {
      field: 'startScript',
      queryField: 'hostname',
      group: 'Build hosts',
      authority: 'device',
      needs: 'operator',
    },
  });
});

test('GT-3: trust is enough where every field of the query has it, and a group inside counts as well', () => {
  expect(fault('operator', aGroup('Named', 'label = build and place = Berlin'))).toBeUndefined();
  expect(fault('device', aGroup('Any', 'hostname = x'))).toBeUndefined();
  expect(fault('server', aGroup('Here', 'place = Berlin'))).toBeUndefined();
  expect(fault('server', aGroup('Named', 'label = build'))?.params).toMatchObject({ authority: 'operator' });
  const inside = aGroup('Claimed', 'hostname = x', 'Outer');
  expect(fault('operator', aGroup('Outer', null), inside)?.params).toMatchObject({ group: 'Claimed' });
});

test('GT-3: people choose who is in a static group, which is not enough for what only the server may say', () => {
  expect(fault('operator', aGroup('By hand', null))).toBeUndefined();
  expect(fault('server', aGroup('By hand', null))?.text).toBe(
    'The policy of By hand may not set the start script: people say who is in By hand, and this takes what the server says.',
  );
});
