import { expect, test } from 'bun:test';
import { prepareTrees } from '../testing/make-tree.ts';
import { findBreaks } from './find-breaks.ts';
import { CURRENT_API, RELEASED_API, RELEASED_WIRE, runBuf } from './released.ts';

const makeTree = prepareTrees();

const api = (paths: Record<string, unknown>) => JSON.stringify({ paths });
const proto = (body: string) => `syntax = "proto3";\npackage test.v1;\nmessage Ping {\n${body}\n}\n`;
const yaml = 'version: v2\nmodules:\n  - path: proto\nbreaking:\n  use:\n    - WIRE_JSON\n';
const files = (message: string) => ({
  'packages/contracts/buf.yaml': yaml,
  'packages/contracts/proto/test/v1/ping.proto': proto(message),
});

/** A tree whose released wire is `before` and whose wire today is `after`. */
async function aTree(before: string, after: string): Promise<string> {
  const old = makeTree(files(before));
  const { code, stdout, stderr } = await runBuf(old, ['build', '--output', '-#format=json']);
  if (code !== 0) throw new Error(stderr);
  return makeTree({
    ...files(after),
    [RELEASED_WIRE]: stdout,
    [RELEASED_API]: api({ '/a': { get: {} } }),
    [CURRENT_API]: api({ '/a': { get: {} } }),
  });
}

test('a wire that grew is no break', async () => {
  const root = await aTree('string name = 1;', 'string name = 1;\nint32 size = 2;');

  expect(await findBreaks(root)).toEqual([]);
}, 120_000);

test('a field of the wire that is gone or has another type is found where it stands', async () => {
  const root = await aTree('string name = 1;\nint32 size = 2;', 'int64 name = 1;');

  const found = await findBreaks(root);

  expect(found.map(({ at }) => at.replace(/:\d+$/, ''))).toContain(
    'packages/contracts/proto/test/v1/ping.proto',
  );
  expect(found.map(({ text }) => text).join('\n')).toMatch(
    /"2".*deleted[\s\S]*changed.*type|type[\s\S]*deleted/,
  );
}, 120_000);

test('an API without a released path is found, and so is a tree that never recorded a release', async () => {
  const broken = makeTree({
    ...files('string name = 1;'),
    [RELEASED_API]: api({ '/a': { get: {} } }),
    [RELEASED_WIRE]: '{}',
    [CURRENT_API]: api({}),
  });

  expect(await findBreaks(broken)).toContainEqual({ at: CURRENT_API, text: 'GET /a is gone' });
  expect((await findBreaks(makeTree({}))).map(({ at }) => at)).toEqual([RELEASED_API, RELEASED_WIRE]);
}, 120_000);
