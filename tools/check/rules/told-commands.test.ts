import { expect, test } from 'bun:test';
import { prepareTrees } from '../testing/make-tree.ts';
import { findUnknownCommands } from './told-commands.ts';

const makeTree = prepareTrees();

test('commands and options that exist are fine, wherever they are told', () => {
  const root = makeTree({
    'apps/web/src/a.tsx': [
      `export const lines = ['muster groups list', \`muster groups create \${name} --priority 3\`];`,
      'const line = <Code>muster audit verify</Code>;',
      "musterLine('groups change', [name], { out: true });",
    ].join('\n'),
    'docs/a.md': [
      '`muster inventory DEVICE software --search openssl`, and Muster groups machines. A muster rolls on.',
      '```',
      "npm run -s muster -- devices list 'os = linux --sort' | head --lines 3",
      '```',
      '    npm run muster -- admin reset --email you@example.org',
    ].join('\n'),
  });

  expect(findUnknownCommands(root)).toEqual([]);
});

test('a command or an option that does not exist is found in the console and in a page', () => {
  const root = makeTree({
    'apps/web/src/a.tsx': [
      `const one = \`muster groups nest \${name}\`;`,
      "const two = 'muster fields define KEY --colour red';",
      "const three = musterLine('sites paint', [name]);",
    ].join('\n'),
    'docs/a.md': 'Try `muster device list`.\n\n```\nmuster views save X --pretty\n```\n',
    'apps/web/src/a.test.ts': "'muster no such thing'",
  });

  expect(findUnknownCommands(root).map(({ at, text }) => `${at} ${text}`)).toEqual([
    'apps/web/src/a.tsx:1 there is no “nest” in “muster groups”',
    'apps/web/src/a.tsx:2 “muster fields define” has no option --colour',
    'apps/web/src/a.tsx:3 there is no “paint” in “muster sites”',
    'docs/a.md:1 there is no “device” in “muster”',
    'docs/a.md:4 “muster views save” has no option --pretty',
  ]);
});
