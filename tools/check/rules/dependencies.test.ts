import { expect, test } from 'bun:test';
import { prepareTrees } from '../testing/make-tree.ts';
import { findLockedAddresses, findUnexplainedDependencies } from './dependencies.ts';

const makeTree = prepareTrees();

const manifest = (dependencies: Record<string, string>) => JSON.stringify({ dependencies });
const texts = (problems: readonly { text: string }[]) => problems.map((problem) => problem.text);

test('a dependency without an exact version is found', () => {
  const root = makeTree({
    'package.json': manifest({ zod: '^4.0.0' }),
    'docs/dependencies.md': '| `zod` | ^4.0.0 | schemas |\n',
  });

  expect(texts(findUnexplainedDependencies(root))).toContain('zod ^4.0.0 is not an exact version');
});

test('a dependency without a row, with another version, or gone, is found', () => {
  const root = makeTree({
    'apps/a/package.json': manifest({ zod: '4.0.0', pino: '10.0.0', '@muster/contracts': '0.1.0' }),
    'docs/dependencies.md': '| `pino` | 9.0.0 | the log |\n| `left-pad` | 1.0.0 | none |\n',
  });

  expect(texts(findUnexplainedDependencies(root))).toEqual([
    'zod has no row in docs/dependencies.md',
    'pino is 10.0.0 here and 9.0.0 in docs/dependencies.md',
    'left-pad is not a dependency any more',
  ]);
});

test('a row without a reason is no row', () => {
  const root = makeTree({
    'package.json': manifest({ zod: '4.0.0' }),
    'docs/dependencies.md': '| `zod` | 4.0.0 |  |\n',
  });

  expect(texts(findUnexplainedDependencies(root))).toEqual(['zod has no row in docs/dependencies.md']);
});

test('a lock file with addresses or without integrity is found, and links are not', () => {
  const root = makeTree({
    'package-lock.json': JSON.stringify({
      packages: {
        '': {},
        'apps/agent': { version: '0.1.0' },
        'node_modules/@muster/agent': { resolved: 'apps/agent', link: true },
        'node_modules/good': { version: '1.0.0', integrity: 'sha512-a' },
        'node_modules/tied': {
          version: '1.0.0',
          integrity: 'sha512-a',
          resolved: 'https://a.example/tied.tgz',
        },
        'node_modules/loose': { version: '1.0.0' },
        'node_modules/loose-optional': { version: '1.0.0', optional: true },
        'node_modules/mac-only': { version: '1.0.0', optional: true, os: ['darwin'] },
      },
    }),
  });

  expect(texts(findLockedAddresses(root))).toEqual([
    'node_modules/tied has a resolved address',
    'node_modules/loose has no integrity',
    'node_modules/loose-optional has no integrity',
  ]);
});

test('a tree without a lock file is found', () => {
  expect(texts(findLockedAddresses(makeTree({ 'package.json': '{}' })))).toEqual(['is missing']);
});
