import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { DEVICE_FIELDS, LATER_FIELDS } from '../fixtures/device-fields.ts';
import { randomQuery } from '../fixtures/random-query.ts';
import { check, createCatalogue, parse } from '../index.ts';
import { explain } from './explain.ts';

const catalogue = createCatalogue([...DEVICE_FIELDS, ...LATER_FIELDS]);

function said(text: string): string[] {
  const tree = parse(text);
  if (!tree.ok) throw new Error(text);
  return explain(tree.value, catalogue).map((line) => `${'  '.repeat(line.depth)}${line.text}`);
}

test('GT-5 a query is said in words, part by part, with the fields by their own names', () => {
  expect(said('os = linux and not (tag.role = server or name ~ "web 1")')).toEqual([
    'all of',
    '  os is linux',
    '  not',
    '    any of',
    '      tag "role" is server',
    '      hostname contains "web 1"',
  ]);
});

test('GT-5 ages, dates, versions, sets, networks and what is missing have words of their own', () => {
  const one = (text: string) => said(text).join('\n');
  expect(one('last_seen > 3d')).toBe('last_seen is longer ago than 3d');
  expect(one('last_seen > 2026-01-31')).toBe('last_seen is after 2026-01-31');
  expect(one('agent.version < 1.4')).toBe('agent.version is older than 1.4');
  expect(one('software "openssl" < 3.0.14')).toBe('software "openssl" is older than 3.0.14');
  expect(one('os in (linux, windows)')).toBe('os is linux or windows');
  expect(one('ip in 10.2.0.0/16')).toBe('ip lies in 10.2.0.0/16');
  expect(one('status = *')).toBe('presence is known');
  expect(one('site != *')).toBe('site is missing');
  expect(one('')).toBe('every device');
  expect(one('web-*')).toMatch(/^"web-\*" stands in hostname, .* or /);
});

test('GT-5 whatever can be checked can be explained', () => {
  let explained = 0;
  fc.assert(
    fc.property(randomQuery, (text) => {
      const tree = parse(text);
      if (!tree.ok || !check(tree.value, catalogue).ok) return;
      explained += 1;
      const words = explain(tree.value, catalogue);
      expect(words.length).toBeGreaterThan(0);
      expect(words.every(({ text: line }) => line.length > 2)).toBe(true);
    }),
  );
  expect(explained).toBeGreaterThan(20);
});
