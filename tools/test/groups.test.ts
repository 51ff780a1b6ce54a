import { expect, test } from 'bun:test';
import { prepareTrees } from '../check/testing/make-tree.ts';
import { groupTests } from './groups.ts';

const makeTree = prepareTrees();

const root = makeTree({
  'apps/web/src/page.test.tsx': '',
  'apps/server/src/devices.db.test.ts': '',
  'e2e/journey.test.ts': '',
  'lab/src/machine.test.ts': '',
  'packages/query/src/lexer.test.ts': '',
  'packages/query/src/lexer.ts': '',
});

test('tests are sorted by what they need', () => {
  expect(groupTests(root, [])).toEqual([
    { name: 'unit', files: ['apps/web/src/page.test.tsx', 'packages/query/src/lexer.test.ts'] },
    { name: 'database', files: ['apps/server/src/devices.db.test.ts'] },
    { name: 'system', files: ['e2e/journey.test.ts', 'lab/src/machine.test.ts'] },
  ]);
});

test('a pattern keeps the files whose path contains it', () => {
  expect(groupTests(root, ['query', 'journey']).flatMap((group) => group.files)).toEqual([
    'packages/query/src/lexer.test.ts',
    'e2e/journey.test.ts',
  ]);
});
