import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { randomTree, withoutSpans } from '../fixtures/random-tree.ts';
import { parse } from './parser.ts';
import { print } from './print.ts';

function treeOf(text: string) {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.errors[0]?.message}`);
  return parsed.value;
}

test('GT-5 reading what was printed gives the same tree', () => {
  fc.assert(
    fc.property(randomTree, (tree) => {
      expect(withoutSpans(treeOf(print(tree)))).toEqual(withoutSpans(tree));
    }),
    { numRuns: 1500, seed: 7 },
  );
});

test('printing is canonical: printing twice changes nothing', () => {
  const texts = [
    ['a==1', 'a = 1'],
    ['  web   db ', 'web and db'],
    ['NOT (a=1 OR b=2)c', 'not (a = 1 or b = 2) and c'],
    ['(((a = 1)))', 'a = 1'],
    ['(a and b) and c', 'a and b and c'],
    ['a = 1 or b = 2 and c = 3', 'a = 1 or (b = 2 and c = 3)'],
    ["x in ('a')", 'x in "a"'],
    ['x NOT  IN (a,b)', 'x not in (a, b)'],
    ['disk[C:].free<10%', 'disk["C:"].free < 10%'],
    ['p ~ "C:\\Windows"', 'p ~ "C:\\\\Windows"'],
  ];

  for (const [written, canonical] of texts) {
    expect(print(treeOf(written ?? ''))).toBe(canonical ?? '');
    expect(print(treeOf(canonical ?? ''))).toBe(canonical ?? '');
  }
});
