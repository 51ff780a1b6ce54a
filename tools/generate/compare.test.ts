import { expect, test } from 'bun:test';
import { prepareTrees } from '../check/testing/make-tree.ts';
import { compareWithCommitted } from './compare.ts';

const makeTree = prepareTrees();

const generator = {
  name: 'letters',
  output: 'gen/',
  generate: async () =>
    new Map([
      ['gen/a.ts', 'a'],
      ['gen/b.ts', 'b'],
      ['gen/c.ts', 'c'],
    ]),
};

test('a file that was edited, one that is missing and one that is left over are found', async () => {
  const root = makeTree({ 'gen/a.ts': 'a', 'gen/b.ts': 'edited', 'gen/old/z.ts': 'z' });

  expect(await compareWithCommitted(root, generator)).toEqual(['gen/b.ts', 'gen/c.ts', 'gen/old/z.ts']);
});

test('what was committed as it was generated passes', async () => {
  const root = makeTree({ 'gen/a.ts': 'a', 'gen/b.ts': 'b', 'gen/c.ts': 'c' });

  expect(await compareWithCommitted(root, generator)).toEqual([]);
});
