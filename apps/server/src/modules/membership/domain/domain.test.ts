import { expect, test } from 'bun:test';
import { check, createCatalogue, type Field, type Plan, parse } from '@muster/query';
import { circleOf } from './group-order.ts';
import { thresholdsOf, touchesOf } from './touches.ts';

const column = (value: string) => ({ from: 'column', value }) as const;
const FIELDS: readonly Field[] = [
  { name: 'hostname', kind: 'text', authority: 'device', describe: '', source: column('d.hostname') },
  { name: 'cpu', kind: 'percent', authority: 'device', describe: '', source: column('d.cpu_percent') },
  {
    name: 'disk.used',
    kind: 'percent',
    authority: 'device',
    describe: '',
    source: column('x'),
    touchedBy: ['disk'],
  },
  {
    name: 'group',
    kind: 'text',
    authority: 'operator',
    describe: '',
    source: column('x'),
    touchedBy: ['group'],
  },
];
const catalogue = createCatalogue(FIELDS);

function plan(text: string): Plan {
  const tree = parse(text);
  const checked = tree.ok ? check(tree.value, catalogue) : tree;
  if (!checked.ok) throw new Error(JSON.stringify(checked.errors));
  return checked.value;
}
const group = (name: string, query: string, carries: readonly string[] = []) => ({
  id: name,
  name,
  plan: plan(query),
  carries,
});

test('a plan is touched by the columns and words of its fields, and by nothing else', () => {
  expect([...touchesOf(plan('hostname = web-1 and not (cpu > 90 or group = x)'))].sort()).toEqual([
    'cpu_percent',
    'group',
    'hostname',
  ]);
});

test('thresholds are the numbers that metrics are compared with; used space counts as the free rest', () => {
  expect(thresholdsOf(plan('cpu > 90 or (cpu >= 20 and disk.used > 75)'))).toEqual([
    { metric: 'cpu_percent', value: 90 },
    { metric: 'cpu_percent', value: 20 },
    { metric: 'disk', value: 25 },
  ]);
  expect(thresholdsOf(plan('hostname = a'))).toEqual([]);
});

test('a group that would stand on itself is found, through however many others; a chain is none', () => {
  const a = group('a', 'group = b');
  expect(circleOf(a, [group('b', 'group = c'), group('c', 'hostname = x')])).toBeUndefined();
  expect(circleOf(a, [group('b', 'group = c'), group('c', 'cpu > 1 and group = A')])).toEqual([
    'a',
    'b',
    'c',
    'a',
  ]);
  expect(circleOf(group('self', 'not group = self'), [])).toEqual(['self', 'self']);
  expect(circleOf(group('any', 'group ~ "x"'), [])).toEqual(['any', 'any']);
  const inner = { ...group('inner', 'group = outer'), around: [{ id: 'outer', name: 'outer' }] };
  expect(circleOf(inner, [])).toEqual(['inner', 'outer', 'inner']);
});
