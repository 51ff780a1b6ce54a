import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { randomTree, withoutSpans } from '../fixtures/random-tree.ts';
import { chipsOf, chipText, textOfChips } from './chips.ts';
import { parse } from './parser.ts';

function treeOf(text: string) {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.errors[0]?.message}`);
  return parsed.value;
}

test('UI-1 a conjunction becomes one chip a term, each with its place', () => {
  const text = 'web os:windows site not in (a, "b c") (x = 1 or y = 2)';

  const chips = chipsOf(treeOf(text));

  expect(chips.map(({ span, ...chip }) => ({ ...chip, at: text.slice(span.start, span.end) }))).toEqual([
    { value: 'web', text: 'web', at: 'web' },
    { field: 'os', op: ':', value: 'windows', text: 'os : windows', at: 'os:windows' },
    {
      field: 'site',
      op: 'not in',
      value: '(a, "b c")',
      values: ['a', 'b c'],
      text: 'site not in (a, "b c")',
      at: 'site not in (a, "b c")',
    },
    { text: '(x = 1 or y = 2)', at: '(x = 1 or y = 2)' },
  ]);
});

test('chips put back together mean what the query meant', () => {
  fc.assert(
    fc.property(randomTree, (tree) => {
      expect(withoutSpans(treeOf(textOfChips(chipsOf(tree))))).toEqual(withoutSpans(tree));
    }),
    { numRuns: 500, seed: 11 },
  );
  expect(textOfChips(chipsOf(treeOf('')))).toBe('');
});

test('a chip made from picked values quotes what would be read as something else', () => {
  expect(chipText('hostname', '=', ['web-01'])).toBe('hostname = web-01');
  expect(chipText('site', '=', ['North *'])).toBe('site = "North *"');
  expect(chipText('site', '=', ['or'])).toBe('site = "or"');
  expect(chipText('os', 'in', ['windows', 'linux'])).toBe('os in (windows, linux)');
  fc.assert(
    fc.property(
      fc.string({ maxLength: 8 }).filter((text) => !text.includes('\0')),
      (value) => {
        expect(treeOf(chipText('x', '=', [value]))).toMatchObject({
          type: 'compare',
          value: { text: value },
        });
      },
    ),
  );
});
