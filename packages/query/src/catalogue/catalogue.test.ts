import { expect, test } from 'bun:test';
import { DEVICE_FIELDS, LATER_FIELDS } from '../fixtures/device-fields.ts';
import { createCatalogue } from './catalogue.ts';
import type { Field } from './field.ts';
import { suggest } from './suggest.ts';

const text: Field = {
  name: 'serial',
  kind: 'text',
  authority: 'device',
  describe: 'Serial number',
  source: { from: 'column', value: 'd.serial' },
};

test('a field contributed twice is refused, also under an alias', () => {
  expect(() => createCatalogue([text, text])).toThrow('query field `serial` is contributed twice');
  expect(() => createCatalogue([text, { ...text, name: 'sn', aliases: ['serial'] }])).toThrow('twice');
});

test('a field that contradicts itself is refused at start, not at the first query', () => {
  const refused: readonly (readonly [Partial<Field>, string])[] = [
    [{ name: 'Serial No' }, 'not a field name'],
    [{ kind: 'enum' }, 'an enum needs values'],
    [{ kind: 'number', freeText: true }, 'cannot be searched as text'],
    [{ kind: 'version' }, 'needs a sort key'],
    [{ kind: 'map' }, 'a map needs'],
    [{ takes: 'instance' }, 'need rows'],
    [{ kind: 'enum', values: ['a'], otherwise: 'nothing' }, '`otherwise` names no text field'],
  ];
  for (const [change, message] of refused) {
    expect(() => createCatalogue([{ ...text, ...change }])).toThrow(message);
  }
});

test('fields are found by name or alias in any case, and by the form they are written in', () => {
  const catalogue = createCatalogue([...DEVICE_FIELDS, ...LATER_FIELDS]);

  expect(catalogue.find('STATUS')?.name).toBe('presence');
  expect(catalogue.find('software')?.kind).toBe('text');
  expect(catalogue.find('software', 'argument')?.kind).toBe('version');
  expect(catalogue.find('constructor')).toBeUndefined();
});

test('a slip of the keyboard or a part of a name leads to the field', () => {
  const names = ['hostname', 'os', 'os.name', 'disk.free', 'last_seen', 'presence'];

  expect(suggest('hostnam', names)).toBe('hostname');
  expect(suggest('hsotname', names)).toBe('hostname');
  expect(suggest('free', names)).toBe('disk.free');
  expect(suggest('last-seen', names)).toBe('last_seen');
  expect(suggest('pres', names)).toBe('presence');
  expect(suggest('temperature', names)).toBeUndefined();
  expect(suggest('x'.repeat(5000), names)).toBeUndefined();
});
