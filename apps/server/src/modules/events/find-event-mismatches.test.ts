import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { findEventMismatches, type SourceFile } from './find-event-mismatches.ts';

const publisher: SourceFile = {
  path: 'apps/server/src/modules/devices/usecases/enrol.ts',
  text: "await events.append(tx, { type: 'device.enrolled', orgId });",
};
const itsTest: SourceFile = { path: 'e2e/src/enrol.test.ts', text: "expect(seen).toBe('device.enrolled')" };

test('an event with publisher and test is in order', () => {
  expect(findEventMismatches([publisher, itsTest], ['device.enrolled'])).toEqual([]);
});

test('a declaration without publisher is named', () => {
  const reader = { path: publisher.path, text: "feed.subscribe('x', ['device.enrolled'], handle)" };

  expect(findEventMismatches([reader, itsTest], ['device.enrolled'])).toEqual([
    'device.enrolled is declared and nothing appends it',
  ]);
});

test('a declaration without test is named', () => {
  expect(findEventMismatches([publisher], ['device.enrolled'])).toEqual([
    'device.enrolled is declared and no test names it',
  ]);
});

test('a publisher of something undeclared is named', () => {
  const stray = { ...publisher, text: "events.append(tx, { type: 'device.exploded', orgId })" };

  expect(findEventMismatches([publisher, stray, itsTest], ['device.enrolled'])).toEqual([
    `${publisher.path} appends device.exploded, which the catalogue does not declare`,
  ]);
});

test('IN-2: every event that is declared has a publisher and a test in this repository', async () => {
  const root = join(import.meta.dir, '../../../../..');
  const paths = [...new Bun.Glob('{apps,packages,e2e,lab}/**/*.ts').scanSync(root)].filter(
    (path) => !path.includes('node_modules'),
  );
  const files = await Promise.all(
    paths.map(async (path) => ({ path, text: await Bun.file(join(root, path)).text() })),
  );

  expect(findEventMismatches(files)).toEqual([]);
});
