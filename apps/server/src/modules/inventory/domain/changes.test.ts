import { expect, test } from 'bun:test';
import { findChanges, pairVersions } from './changes.ts';

const disk = (over: object) => ({
  kind: 'disk',
  key: 'S1',
  fields: { name: '/dev/sda', health: 'good', powerOnHours: 10, ...over },
});
const nginx = (version: string) => ({
  kind: 'package',
  key: `deb/amd64/${version}/nginx`,
  fields: { ecosystem: 'deb', name: 'nginx', version, arch: 'amd64' },
});

test('what is new was added, what is gone was removed, what differs was changed', () => {
  const before = [disk({})];
  const failing = findChanges('hardware', before, { upserts: [disk({ health: 'failing' })], removed: [] });
  expect(failing).toMatchObject([
    { change: 'changed', before: { health: 'good' }, after: { health: 'failing' } },
  ]);
  expect(findChanges('hardware', [], { upserts: before, removed: [] })).toMatchObject([{ change: 'added' }]);
  expect(findChanges('hardware', before, { upserts: [], removed: before })).toMatchObject([
    { change: 'removed' },
  ]);
});

test('a volatile field makes no history, and neither does the removal of what never was', () => {
  expect(findChanges('hardware', [disk({})], { upserts: [disk({ powerOnHours: 11 })], removed: [] })).toEqual(
    [],
  );
  expect(findChanges('hardware', [], { upserts: [], removed: [{ kind: 'disk', key: 'S9' }] })).toEqual([]);
});

test('another version of a package is one change from the one to the other', () => {
  const update = { upserts: [nginx('1.26')], removed: [nginx('1.24')] };
  expect(findChanges('software', [nginx('1.24')], update)).toMatchObject([
    { change: 'changed', before: { version: '1.24' }, after: { version: '1.26' } },
  ]);
});

test('a version that a whole sending no longer names was changed into the one that it brought', () => {
  const came = findChanges('software', [], { upserts: [nginx('1.26')], removed: [] });
  const went = findChanges('software', [nginx('1.24')], { upserts: [], removed: [nginx('1.24')] });
  expect(pairVersions([...came, ...went])).toMatchObject([
    { change: 'changed', before: { version: '1.24' }, after: { version: '1.26' } },
  ]);
});
