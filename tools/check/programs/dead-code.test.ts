import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareTrees } from '../testing/make-tree.ts';
import { findDeadCode } from './dead-code.ts';

const makeTree = prepareTrees();

const config = readFileSync(join(import.meta.dir, '../knip.json'), 'utf8');
const workspace = (name: string, dependencies = {}) => JSON.stringify({ name, type: 'module', dependencies });

test('a file, an export and a dependency that nothing uses are found with the real configuration', async () => {
  const root = makeTree({
    'package.json': JSON.stringify({ name: 'tree', workspaces: ['apps/*', 'packages/*'] }),
    'tools/check/knip.json': config,
    'apps/server/package.json': workspace('@tree/server', { unused: '1.0.0' }),
    'apps/server/src/start.ts': "import { used } from './used.ts';\nconsole.log(used);\n",
    'apps/server/src/used.ts': 'export const used = 1;\nexport const orphan = 2;\n',
    'apps/server/src/lonely.ts': 'export const lonely = 1;\n',
    'packages/contracts/package.json': workspace('@tree/contracts'),
    'packages/contracts/src/index.ts': 'export const face = 1;\n',
  });

  const found = (await findDeadCode(root)).map(({ at, text }) => `${at} ${text}`).join('\n');

  expect(found).toContain('apps/server/src/lonely.ts');
  expect(found).toContain('orphan');
  expect(found).toContain(': unused');
  expect(found).not.toContain('face');
});
