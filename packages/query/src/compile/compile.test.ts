import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { createCatalogue } from '../catalogue/catalogue.ts';
import type { Field } from '../catalogue/field.ts';
import { check } from '../check/check.ts';
import { DEVICE_FIELDS, LATER_FIELDS } from '../fixtures/device-fields.ts';
import { parse } from '../syntax/parser.ts';
import { quote } from '../syntax/print.ts';
import { compile } from './compile.ts';

const now = new Date('2026-01-10T12:00:00Z');
const catalogue = createCatalogue([...DEVICE_FIELDS, ...LATER_FIELDS]);

function compiled(text: string, fields = catalogue, firstParam = 1) {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(parsed.errors[0]?.message);
  const plan = check(parsed.value, fields);
  if (!plan.ok) throw new Error(plan.errors[0]?.message);
  return compile(plan.value, { now, firstParam });
}

test('a query becomes a condition whose values are all parameters', () => {
  expect(compiled('os:windows and last_seen > 3d and not disk["C:"].free < 10%', catalogue, 4)).toEqual({
    text:
      '((d.os = $4::text) and (d.last_seen < $5::timestamptz) and ((exists (select 1 from disks k ' +
      'where k.device_id = d.id and lower(k.mount collate "pg_c_utf8") = $6::text ' +
      'and k.free_percent < $7::float8)) is not true))',
    params: ['windows', '2026-01-07T12:00:00.000Z', 'c:', 10],
  });
  expect(compiled('')).toEqual({ text: '(true)', params: [] });
});

test('a set is one list, and its patterns stand beside it', () => {
  expect(compiled('hostname in (a, B, web-*)')).toEqual({
    text:
      '((lower(d.hostname collate "pg_c_utf8") in ($1::text, $2::text)) or ' +
      '(lower(d.hostname collate "pg_c_utf8") like $3::text))',
    params: ['a', 'b', 'web-%'],
  });
});

test('no text of a user reaches the SQL', () => {
  const reference = compiled('hostname = "x" and tag["x"] ~ "x" and "x" and software "x" < 1 and site:"xx"');
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), (written) => {
      const text = quote(`${written.replaceAll('\0', '')}x`);
      const query = `hostname = ${text} and tag[${text}] ~ ${text} and ${text} and software ${text} < 1 and site:${text}`;
      expect(compiled(query).text).toBe(reference.text);
    }),
    { seed: 2 },
  );
});

test('a field may serve a test by its own SQL, and falls back where it has none', () => {
  const tag = DEVICE_FIELDS.find(({ name }) => name === 'tag') as Field;
  const indexed: Field = {
    ...tag,
    sql: ({ test: asked, of, bind }) =>
      asked.type === 'known' && of !== undefined ? `d.tags ? ${bind(of, 'text')}` : undefined,
  };
  const fields = createCatalogue([indexed]);

  expect(compiled('tag.role = *', fields)).toEqual({ text: '(d.tags ? $1::text)', params: ['role'] });
  expect(compiled('tag.role ~ a', fields).text).toContain('(d.tags ->> $1::text)');
});

test('a word that no free-text field can hold matches nothing', () => {
  const addresses = createCatalogue(DEVICE_FIELDS.filter(({ name }) => name === 'ip'));

  expect(compiled('web', addresses)).toEqual({ text: '(false)', params: [] });
});

test('a folded column stands in for the computed one', () => {
  const [hostname] = DEVICE_FIELDS;
  const field = {
    ...hostname,
    source: { from: 'column', value: 'd.hostname', folded: 'd.hostname_folded' },
  } as Field;

  expect(compiled('hostname = Web', createCatalogue([field]))).toEqual({
    text: '(d.hostname_folded = $1::text)',
    params: ['web'],
  });
});
