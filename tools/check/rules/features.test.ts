import { expect, test } from 'bun:test';
import { prepareTrees } from '../testing/make-tree.ts';
import { findFeatureMismatches, idsInTests } from './features.ts';

const makeTree = prepareTrees();

const page = (...rows: string[]) =>
  ['| Id | What | State | Proven on | Missing |', '|---|---|---|---|---|', ...rows, ''].join('\n');
const texts = (problems: readonly { text: string }[]) => problems.map((problem) => problem.text);

test('a page and tests that agree pass', () => {
  const root = makeTree({
    'docs/features.md': page(
      '| HB-1 | beacon | works | Debian | |',
      '| UI-1 | list | partial | Debian | reboot |',
    ),
    'e2e/a.test.ts': "test('HB-1: a beacon comes every minute', run);\ntest('UI-1 shows rows', run);\n",
  });

  expect(findFeatureMismatches(root)).toEqual([]);
});

test('a listed id that no test names, and a tested id that is not listed, are found', () => {
  const root = makeTree({
    'docs/features.md': page('| HB-1 | beacon | works | Debian | |'),
    'e2e/a.test.ts': "// HB-1 is only in a comment\ntest('EN-2: a token works once', run);\n",
  });

  expect(texts(findFeatureMismatches(root))).toEqual([
    'HB-1 is listed and no test names it',
    'a test names EN-2, which docs/features.md does not list',
  ]);
});

test('a partial row without its missing half, an unknown state and a repeated row are found', () => {
  const root = makeTree({
    'docs/features.md': page(
      '| HB-1 | beacon | partial | Debian | |',
      '| HB-2 | offline | soon | Debian | |',
      '| HB-1 | beacon | works | Debian | |',
    ),
    'e2e/a.test.ts': "test('HB-1 and HB-2', run);\n",
  });

  expect(texts(findFeatureMismatches(root))).toEqual([
    'HB-1 is partial and does not say what is missing',
    'HB-2 is "soon"; a row is works or partial',
    'HB-1 is listed twice',
  ]);
});

test('ids are found in titles of any declaring function and across lines, and not in what a test asserts', () => {
  const root = makeTree({
    'apps/a/src/a.test.ts': [
      "test.each([1, 2])('TM-1: %d', run);",
      'describe.skipIf(why !== undefined)(',
      "  'EN-11 (EN-12): a machine',",
      '  run);',
      "expect(row.id).toBe(`x SE-1`.length ? 'RA-2' : '');",
    ].join('\n'),
  });

  expect([...idsInTests(root).keys()].sort()).toEqual(['EN-11', 'EN-12', 'TM-1']);
});
