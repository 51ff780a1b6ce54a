import { expect, test } from 'bun:test';
import { prepareTrees } from '../testing/make-tree.ts';
import { findTypeErrors, typeChecks } from './types.ts';

const makeTree = prepareTrees();

const config = JSON.stringify({ compilerOptions: { strict: true, types: [] }, include: ['**/*.ts'] });

test('a type error is found in its workspace', async () => {
  const root = makeTree({
    'apps/a/tsconfig.json': config,
    'apps/a/one.ts': "export const one: number = 'one';\n",
  });

  const [problem] = await findTypeErrors(root, 'apps/a');

  expect(problem?.at).toBe('apps/a/one.ts:1');
  expect(problem?.text).toContain('TS2322');
});

test('each workspace with something to compile has a check, and one without has none', () => {
  const root = makeTree({
    'apps/a/tsconfig.json': config,
    'apps/a/one.ts': '',
    'apps/b/tsconfig.json': config,
  });

  expect(typeChecks(root).map((check) => check.name)).toEqual(['types apps/a']);
});
