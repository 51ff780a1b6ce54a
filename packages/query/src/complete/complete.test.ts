import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { createCatalogue } from '../catalogue/catalogue.ts';
import { DEVICE_FIELDS, LATER_FIELDS } from '../fixtures/device-fields.ts';
import { complete, type ValueRequest } from './complete.ts';

const catalogue = createCatalogue([...DEVICE_FIELDS, ...LATER_FIELDS]);
const FLEET: Readonly<Record<string, readonly string[]>> = {
  hostname: ['web-01', 'web-02', 'db 1'],
  'tag keys': ['role', 'cost centre'],
  'tag.role': ['server', 'desktop'],
};

function fleetValues({ wants, field, of }: ValueRequest): readonly string[] {
  const name =
    wants === 'keys' ? `${field.name} keys` : of === undefined ? field.name : `${field.name}.${of}`;
  return FLEET[name] ?? [];
}

/** Completes at `|` and returns the labels, and the text once the first proposal is taken. */
async function completed(marked: string) {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const { from, to, items } = await complete(text, offset, catalogue, fleetValues);
  const taken = items[0] === undefined ? undefined : text.slice(0, from) + items[0].insert + text.slice(to);
  return { labels: items.map(({ label }) => label), taken };
}

test('UI-1 a field is completed from its beginning, its middle or its alias', async () => {
  expect((await completed('host|')).taken).toBe('hostname ');
  expect((await completed('os = linux and disk|')).taken).toBe('os = linux and disk.free ');
  expect((await completed('(free|')).labels).toEqual(['disk.free']);
  expect((await completed('stat|')).labels).toContain('presence');
  expect((await completed('|')).labels.length).toBeGreaterThan(20);
  expect((await completed('ho|st = a')).taken).toBe('hostname = a');
});

test('UI-1 behind a field stand the operators of its kind, behind a term the joining words', async () => {
  expect((await completed('cpu |')).labels).toEqual(['<', '<=', '>', '>=', '=', '!=', 'in', 'not in']);
  expect((await completed('last_seen w|')).taken).toBe('last_seen within ');
  expect((await completed('os not |')).labels).toEqual(['not in']);
  expect((await completed('hostname !|')).taken).toBe('hostname != ');
  expect((await completed('os = linux a|')).labels).toContain('and');
  expect((await completed('os = linux o|')).labels).toEqual(expect.arrayContaining(['os', 'or']));
});

test('UI-1 values come from the field itself or from the fleet, quoted where they must be', async () => {
  expect((await completed('os = |')).labels).toEqual(['windows', 'linux', 'macos']);
  expect((await completed('os = li|')).taken).toBe('os = linux');
  expect((await completed('os in (windows, m|')).taken).toBe('os in (windows, macos');
  expect((await completed('os in |')).taken).toBe('os in (windows');
  expect((await completed('hostname = w|')).labels).toEqual(['web-01', 'web-02']);
  expect((await completed('hostname = "db|')).taken).toBe('hostname = "db 1"');
  expect((await completed('last_seen > |')).labels).toContain('7d');
  expect((await completed('tag.role = s|')).taken).toBe('tag.role = server');
});

test('UI-1 the keys of a map are completed behind its dot', async () => {
  expect((await completed('tag.|')).labels).toEqual(['tag.role', 'tag["cost centre"]']);
  expect((await completed('tag.co|')).taken).toBe('tag["cost centre"] ');
});

test('completion never fails, whatever has been typed', async () => {
  const pieces = fc.constantFrom(
    ...'()[]"\'=!<>~:,.* ',
    'and ',
    'not ',
    'in ',
    'os',
    'tag.',
    'disk["C:"].free ',
    'x',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(pieces, { maxLength: 20 }), fc.nat(40), async (parts, at) => {
      const text = parts.join('');
      const offset = Math.min(at, text.length);
      const { from, to } = await complete(text, offset, catalogue, fleetValues);
      expect(0 <= from && from <= offset && offset <= to && to <= text.length).toBe(true);
    }),
    { numRuns: 2000, seed: 17 },
  );
});
