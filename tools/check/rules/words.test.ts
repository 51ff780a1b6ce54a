import { expect, test } from 'bun:test';
import { prepareTrees } from '../testing/make-tree.ts';
import { findEnvironmentReads } from './environment.ts';
import {
  findInputOutput,
  findMachineTraces,
  findSwitchedOffTests,
  findTimedTests,
  findUncheckedCertificates,
  findUnfinishedWork,
} from './words.ts';

const makeTree = prepareTrees();

const places = (problems: readonly { at: string }[]) => problems.map((problem) => problem.at);

test.each([
  'const options = { rejectUnauthorized: false };',
  'connect({ ...options, ...{ rejectUnauthorized: false } });',
  'connect({ "rejectUnauthorized": false });',
  'options["rejectUnauthorized"] = false;',
  'connect({ rejectUnauthorized: !strict });',
  'connect({ rejectUnauthorized });',
  'process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";',
])('a certificate check that is off, or could be, is found: %s', (line) => {
  const root = makeTree({ 'apps/agent/src/dial.ts': `${line}\n` });

  expect(places(findUncheckedCertificates(root))).toEqual(['apps/agent/src/dial.ts:1']);
});

test('a certificate check that is on passes, and so does a comment about it', () => {
  const root = makeTree({
    'a/dial.ts': '// rejectUnauthorized: false does not help\nconnect({ rejectUnauthorized: true });\n',
  });

  expect(findUncheckedCertificates(root)).toEqual([]);
});

test('the environment is read in configuration modules only', () => {
  const root = makeTree({
    'apps/server/src/platform/config/read-config.ts': 'const env = process.env;\n',
    'apps/server/src/modules/alerts/send.ts': 'const home = process.env.HOME;\n',
    'apps/cli/src/run.ts': 'const home = Bun.env.HOME;\nrun({ env: process.env });\n',
  });

  expect(places(findEnvironmentReads(root))).toEqual([
    'apps/cli/src/run.ts:1',
    'apps/cli/src/run.ts:2',
    'apps/server/src/modules/alerts/send.ts:1',
  ]);
});

test('tests and the lab may hand the environment on whole, and not look into it', () => {
  const root = makeTree({
    'lab/src/start.ts': 'spawn(command, { env: { ...process.env, PORT: "1" } });\n',
    'apps/agent/src/run.test.ts': 'spawn(command, { env: process.env });\nconst user = process.env.USER;\n',
  });

  expect(places(findEnvironmentReads(root))).toEqual(['apps/agent/src/run.test.ts:2']);
});

test('packages neither read a clock nor reach the runtime or the network', () => {
  const root = makeTree({
    'packages/query/src/now.ts': 'export const now = () => Date.now();\n',
    'packages/contracts/src/get.ts':
      "import { a } from './process.ts';\nexport const get = () => fetch(a);\n",
    'packages/contracts/src/get.test.ts': 'const started = Date.now();\n',
  });

  expect(places(findInputOutput(root))).toEqual([
    'packages/contracts/src/get.ts:2',
    'packages/query/src/now.ts:1',
  ]);
});

test('promises in place of work are found in code and in pages', () => {
  const root = makeTree({
    'apps/web/src/page.tsx': '<p>Coming soon</p>\n// TODO: finish\n',
    'docs/page.md': 'FIXME\n',
    'apps/web/src/types.ts':
      '// @ts-ignore\n// @ts-expect-error\n// @ts-expect-error the library types it as text\n',
    'apps/web/src/list.ts': "const todo = ['one'];\n",
  });

  expect(places(findUnfinishedWork(root))).toEqual([
    'apps/web/src/page.tsx:1',
    'apps/web/src/page.tsx:2',
    'apps/web/src/types.ts:1',
    'apps/web/src/types.ts:2',
    'docs/page.md:1',
  ]);
});

test('a test that is switched off, alone, or skipped without a printed reason is found', () => {
  const root = makeTree({
    'e2e/off.test.ts': "test.skip('a', run);\ndescribe.only('b', run);\ntest.todo('c');\nxit('d', run);\n",
    'e2e/silent.test.ts': "test.skipIf(!isRoot)('a', run);\n",
    'e2e/honest.test.ts':
      "const why = await skipReason('wine');\ntest.skipIf(why !== undefined)('a', run);\n",
  });

  expect(places(findSwitchedOffTests(root))).toEqual([
    'e2e/off.test.ts:1',
    'e2e/off.test.ts:2',
    'e2e/off.test.ts:3',
    'e2e/off.test.ts:4',
    'e2e/silent.test.ts:1',
  ]);
});

test.each([
  'expect(performance.now() - began).toBeLessThan(50);',
  'const took = Date.now() - began;\nexpect(took).toBeLessThanOrEqual(1_000);',
  "expect(Math.abs(Date.now() - Date.parse(row.seenAt ?? ''))).toBeLessThan(60_000);",
  'expect(p95).toBeLessThan(12);',
  'while (!isThere() && Date.now() - listensAt < 4_000) await Bun.sleep(100);',
  'async function next() {\n  return performance.now();\n}\nconst first = await next();\nexpect((await next()) - first).toBeLessThan(45_000);',
  'async function echoTime() {\n  return performance.now() - began;\n}\nconst slow = await echoTime();\nconst fast = await echoTime();\nexpect(fast).toBeLessThan(slow);',
  "await until('it is there', isThere, 5_000);",
  "test('a', async () => {\n}, 15_000);",
  "await fleet.presence(id, 'online', 20_000);",
  'setDefaultTimeout(5_000);',
])('a test that a slow machine fails is found: %s', (text) => {
  const root = makeTree({ 'apps/server/src/fast.test.ts': `${text}\n` });

  expect(places(findTimedTests(root))).toEqual([`apps/server/src/fast.test.ts:${text.split('\n').length}`]);
});

test.each([
  'expect(Date.now() - began).toBeLessThan(GRACE_MS);',
  'expect(Date.now() - began).toBeGreaterThan(190);',
  'expect(Date.parse(row.seenAt)).toBeLessThan(Date.now() - 60_000);',
  'const answer = await ask();\nexpect(answer.size).toBeLessThan(32);',
  'function count() {\n  return 3;\n}\nexpect(count()).toBeLessThan(80);',
  "await until('it is there', isThere, 90_000);\nawait until(() => seen.length === 3);\nawait until(() => has(1_000));",
  "test('a', async () => {\n}, 120_000);\nsetTimeout(() => {\n}, 200);",
  '// expect(performance.now() - began).toBeLessThan(50);',
])('what only a fault can fail passes: %s', (text) => {
  expect(findTimedTests(makeTree({ 'apps/server/src/sound.test.ts': `${text}\n` }))).toEqual([]);
});

test('paths of one machine and host names of registries are found', () => {
  const root = makeTree({
    'lab/src/fetch.ts': "const from = 'https://registry.npmjs.org/bun';\n",
    'docs/page.md': 'Run it in `/home/anna/muster`.\n',
    'apps/agent/src/list.ts': "const homes = ['/home', '/Users', base + '/w/list'];\n",
  });

  expect(places(findMachineTraces(root))).toEqual(['docs/page.md:1', 'lab/src/fetch.ts:1']);
});
