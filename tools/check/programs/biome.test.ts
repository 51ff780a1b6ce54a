import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareTrees } from '../testing/make-tree.ts';
import { findBiomeErrors } from './biome.ts';

const makeTree = prepareTrees();

const config = readFileSync(join(import.meta.dir, '../../../biome.json'), 'utf8');
const statements = (count: number) => '  console.log(1);\n'.repeat(count);

const root = makeTree({
  'biome.json': config,
  '.gitignore': 'node_modules/\n',
  'src/any.ts': 'export const value = (input: any): string => String(input);\n',
  'src/as-any.ts': 'export const value = (input: unknown): string => (input as any).name;\n',
  'src/long.ts': `export function long(): void {\n${statements(61)}}\n`,
  'src/short.ts': `export function short(): void {\n${statements(58)}}\n`,
  'src/many.ts': 'export const sum = (a: 1, b: 2, c: 3, d: 4, e: 5): number => a + b + c + d + e;\n',
  'src/four.ts': 'export const sum = (a: 1, b: 2, c: 3, d: 4): number => a + b + c + d;\n',
  'src/ugly.ts': 'export const ugly   = "double";\n',
  'src/unused.ts': "import { join } from 'node:path';\n\nexport const nothing = 1;\n",
  'src/CamelCase.ts': 'export const name = 1;\n',
  'src/silenced.ts':
    '// biome-ignore lint/suspicious/noExplicitAny:\nexport const value = (input: any): string => input;\n',
});
const found = await findBiomeErrors(root);
const textsFor = (file: string) =>
  found.filter(({ at }) => at.startsWith(`${file}:`)).map(({ text }) => text);

test.each([
  ['src/any.ts', 'noExplicitAny'],
  ['src/as-any.ts', 'noExplicitAny'],
  ['src/long.ts', 'noExcessiveLinesPerFunction'],
  ['src/many.ts', 'useMaxParams'],
  ['src/ugly.ts', 'format'],
  ['src/unused.ts', 'noUnusedImports'],
  ['src/CamelCase.ts', 'useFilenamingConvention'],
  ['src/silenced.ts', 'suppressions'],
])('%s breaks %s', (file, rule) => {
  expect(textsFor(file).join('\n')).toContain(rule);
});

test.each(['src/short.ts', 'src/four.ts'])('%s is within the limits', (file) => {
  expect(textsFor(file)).toEqual([]);
});
