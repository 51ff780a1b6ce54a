import { expect, test } from 'bun:test';
import { prepareTrees } from '../testing/make-tree.ts';
import { findEmptyNames } from './names.ts';
import { findFullFolders, findLongFiles } from './sizes.ts';

const makeTree = prepareTrees();

const lines = (count: number) => 'export {};\n'.repeat(count);
const files = (folder: string, count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${folder}/part-${index}.ts`, '']));

test('a source file of 401 lines is too long and one of 400 is not', () => {
  const root = makeTree({ 'a/long.ts': lines(401), 'a/full.ts': lines(400) });

  expect(findLongFiles(root)).toEqual([{ at: 'a/long.ts', text: '401 lines, at most 400' }]);
});

test('a test may have 600 lines, and generated files and migrations any number', () => {
  const root = makeTree({
    'a/fine.test.ts': lines(600),
    'a/long.test.ts': lines(601),
    'a/wire.gen.ts': lines(900),
    'a/gen/wire.ts': lines(900),
    'a/migrations/0001-first.ts': lines(900),
  });

  expect(findLongFiles(root).map((problem) => problem.at)).toEqual(['a/long.test.ts']);
});

test('a folder with 21 entries is too full, files and folders counted alike', () => {
  const root = makeTree({ ...files('full', 20), 'full/inner/one.ts': '', ...files('fine', 20) });

  expect(findFullFolders(root)).toEqual([{ at: 'full/', text: '21 entries, at most 20' }]);
});

test('the folder of modules, generated code and migrations may hold any number', () => {
  const root = makeTree({
    ...files('apps/server/src/modules', 25),
    ...files('a/gen', 25),
    ...files('a/migrations', 25),
  });

  expect(findFullFolders(root)).toEqual([]);
});

test('names that fit anything are found for files and for folders, once each', () => {
  const root = makeTree({
    'a/utils/one.ts': '',
    'a/utils/two.ts': '',
    'a/string-helpers.ts': '',
    'a/common.ts': '',
    'a/misc.test.ts': '',
    'a/common-name.ts': '',
    'a/database.ts': '',
  });

  expect(
    findEmptyNames(root)
      .map((problem) => problem.at)
      .sort(),
  ).toEqual(['a/common.ts', 'a/misc.test.ts', 'a/string-helpers.ts', 'a/utils']);
});
