import { expect, test } from 'bun:test';
import { prepareTrees } from '../testing/make-tree.ts';
import { changingOperations, compareReach, reachOf } from './reach.ts';

const makeTree = prepareTrees();

const operation = (method: string, ...inputs: string[]) => ({
  '~orpc': {
    route: { method },
    inputSchema: { shape: Object.fromEntries(inputs.map((input) => [input, {}])) },
  },
});

const operations = changingOperations({
  groups: {
    list: operation('GET'),
    update: operation('PATCH', 'groupId', 'name', 'parentId'),
    add: operation('POST', 'groupId'),
    take: operation('POST', 'groupId'),
  },
  commands: { run: { 'process.kill': operation('POST', 'payload') } },
});

const client = `
  export declare const client: {
    groups: { update(input: object): void; add(input: object): void; take(input: object): void; list(): void };
    commands: { run: { 'process.kill'(input: object): void } };
  };
`;

/** What a program whose main file is `text` reaches. */
function reachedBy(text: string) {
  const root = makeTree({
    'apps/cli/src/main.ts': `import { client } from './client.ts';\n${text}`,
    'apps/cli/src/client.ts': client,
  });
  return reachOf(root, 'apps/cli/src/main.ts', operations);
}
const missingIn = (text: string) => compareReach(operations, reachedBy(text), {}).map((one) => one.text);

test('what changes something is looked for, what is read is not', () => {
  expect([...operations.keys()]).toEqual([
    'groups.update',
    'groups.add',
    'groups.take',
    'commands.run.process.kill',
  ]);
});

test('an operation that no command calls and an input that none sends are found', () => {
  const missing = missingIn(`
    client.groups.update({ groupId: '1', name: 'x' });
    for (const verb of ['add', 'take'] as const) client.groups[verb]({ groupId: '1' });
  `);

  expect(missing).toEqual([
    expect.stringContaining('no command sends groups.update.parentId;'),
    expect.stringContaining('no command sends commands.run.process.kill;'),
  ]);
});

test('inputs that are sent only sometimes, and calls by a word that can be several, count', () => {
  const missing = missingIn(`
    declare const said: { name?: string } | undefined, verb: 'add' | 'take', outer: string | null;
    const session = { client };
    session.client.groups.update({ groupId: '1', ...said, ...(outer ? { parentId: outer } : {}) });
    session.client.groups[verb]({ groupId: '1' });
    session.client.commands.run['process.kill']({ payload: {} });
  `);

  expect(missing).toEqual([]);
});

test('an exception counts for what it names, and one that excepts nothing is found', () => {
  const reached = reachedBy(`
    client.groups.update({ groupId: '1', name: 'x' });
    for (const verb of ['add', 'take'] as const) client.groups[verb]({ groupId: '1' });
  `);

  const problems = compareReach(operations, reached, {
    'groups.update.parentId': 'nobody nests groups in a terminal',
    'commands.run.process.kill': 'too sharp',
    'groups.add': 'is reached all the same',
    'groups.gone': 'was taken out of the contract',
  });

  expect(problems.map(({ text }) => text)).toEqual([
    'groups.add is reached or gone; take the exception out',
    'groups.gone is reached or gone; take the exception out',
  ]);
});

test('a call in a comment or a string is none', () => {
  const missing = missingIn(`
    // client.groups.add({ groupId: '1' })
    export const text = "client.groups.take({ groupId: '1' })";
  `);

  expect(missing).toHaveLength(4);
});
