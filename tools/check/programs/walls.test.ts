import { expect, test } from 'bun:test';
import { prepareTrees } from '../testing/make-tree.ts';
import { findCrossedWalls, judgeReport } from './walls.ts';

const makeTree = prepareTrees();

const MODULES = 'apps/server/src/modules';
const face = 'export const face = 1;\n';

/** One tree with one offence for each wall: starting the program once for each would take the better part of a minute. */
const offences = makeTree({
  'package.json': '{"type":"module"}',
  'node_modules/pg/package.json': '{"name":"pg","version":"1.0.0","main":"index.js"}',
  'node_modules/pg/index.js': 'module.exports = {};\n',
  [`${MODULES}/alerts/index.ts`]: face,
  [`${MODULES}/alerts/domain/next.ts`]: "import 'pg';\n",
  [`${MODULES}/devices/index.ts`]: "import '../alerts/index.ts';\nimport '../alerts/domain/next.ts';\n",
  'apps/server/src/platform/db/pool.ts': `import '../../modules/alerts/index.ts';\nimport 'pg';\n`,
  'apps/server/src/from-lab.ts': "import '../../../lab/src/index.ts';\n",
  'apps/server/src/circle-a.ts': "import type { B } from './circle-b.ts';\nexport type A = B;\n",
  'apps/server/src/circle-b.ts': "import type { A } from './circle-a.ts';\nexport type B = A;\n",
  'apps/server/src/lost.ts': "import './nowhere.ts';\n",
  'apps/web/src/page.tsx': "import '../../server/src/modules/alerts/index.ts';\n",
  'apps/agent/src/ask.ts':
    "import '../../../packages/query/src/index.ts';\nimport '../../../packages/contracts/src/index.ts';\n",
  'apps/cli/src/rows.ts': "import 'pg';\n",
  'packages/contracts/src/index.ts': "import '../../../apps/web/src/page.tsx';\n",
  'packages/query/src/index.ts':
    "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n",
  'packages/query/src/run.ts': "import { $ } from 'bun';\nexport const run = $;\n",
  'lab/src/index.ts': face,
});

const found = await findCrossedWalls(offences);

test.each([
  ['no-cycles', 'apps/server/src/circle-a.ts'],
  ['packages-know-no-apps', 'packages/contracts/src/index.ts'],
  ['packages-use-no-core-modules', 'packages/query/src/index.ts'],
  ['packages-do-no-io', 'packages/query/src/run.ts'],
  ['modules-meet-at-index', `${MODULES}/devices/index.ts`],
  ['platform-knows-no-modules', 'apps/server/src/platform/db/pool.ts'],
  ['domain-is-pure', `${MODULES}/alerts/domain/next.ts`],
  ['apps-know-no-other-app', 'apps/web/src/page.tsx'],
  ['agent-knows-contracts-only', 'apps/agent/src/ask.ts'],
  ['apps-know-no-lab', 'apps/server/src/from-lab.ts'],
  ['only-the-server-knows-the-database', 'apps/cli/src/rows.ts'],
  ['imports-resolve', 'apps/server/src/lost.ts'],
])('the wall %s is seen when %s goes through it', (rule, file) => {
  expect(found.filter(({ at, text }) => at === file && text.startsWith(`${rule}:`))).not.toEqual([]);
});

test('what goes through a door is no offence', () => {
  const texts = found.map(({ at, text }) => `${at} ${text}`);

  expect(texts.filter((text) => text.includes('modules-meet-at-index'))).toHaveLength(1);
  expect(texts.filter((text) => text.includes('agent-knows-contracts-only'))).toHaveLength(1);
  expect(texts.filter((text) => text.includes('only-the-server-knows-the-database'))).toHaveLength(1);
});

test('a report without modules is a failure, not a pass', () => {
  const empty = { modules: [], summary: { violations: [] } };

  expect(judgeReport(empty, ['apps/server/src/main.ts'])).toEqual([
    { at: 'walls', text: 'dependency-cruiser read no modules, so it proves nothing' },
  ]);
  expect(judgeReport(empty, [])).toHaveLength(1);
});

test('a tree in which there is nothing to read is a failure', async () => {
  const root = makeTree({ 'package.json': '{}', 'apps/server/notes.txt': '' });

  expect(await findCrossedWalls(root)).not.toEqual([]);
});

test('a file that was not read is named', () => {
  const report = { modules: [{ source: 'apps/a.ts' }], summary: { violations: [] } };

  expect(judgeReport(report, ['apps/a.ts', 'apps/b.ts'])).toEqual([
    { at: 'apps/b.ts', text: 'was not read by dependency-cruiser' },
  ]);
});
