import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { withoutSpans } from '../fixtures/random-tree.ts';
import { MAX_DEPTH, MAX_LENGTH, MAX_TERMS, parse } from './parser.ts';

function problemOf(text: string) {
  const parsed = parse(text);
  if (parsed.ok) throw new Error(`${text} was read`);
  const [problem] = parsed.errors;
  if (problem === undefined) throw new Error('no problem was said');
  return problem;
}

function meansTheSame(left: string, right: string): void {
  const [a, b] = [parse(left), parse(right)];
  if (!a.ok || !b.ok) throw new Error(`not read: ${left} | ${right}`);
  expect(withoutSpans(a.value)).toEqual(withoutSpans(b.value));
}

test('and binds closer than or, and terms side by side are joined by and', () => {
  meansTheSame('a = 1 b = 2 or c = 3', '((a = 1) and (b = 2)) or c = 3');
  meansTheSame('a not b', 'a and (not b)');
  meansTheSame('not a b', '(not a) and b');
  meansTheSame('a(b)', 'a and b');
});

test('keywords are read in any case, and == is =', () => {
  meansTheSame('a == 1 AND NOT b IN (1, 2) Or c WITHIN 7d', 'a = 1 and not b in (1,2) or c within 7d');
});

test('an address keeps its colons and a size its letters without quotes', () => {
  meansTheSame('ip = fe80::1 and x=::1', 'ip = "fe80::1" and x = "::1"'.replaceAll('"', ''));
  const parsed = parse('ip = fe80::1');
  expect(parsed).toMatchObject({ ok: true, value: { value: { text: 'fe80::1', quoted: false } } });
});

test('a backslash escapes only a quote and itself, so that a Windows path says what it seems to', () => {
  expect(parse('"C:\\Windows \\"x\\" \\\\srv"')).toMatchObject({ value: { text: 'C:\\Windows "x" \\srv' } });
});

test('the empty query matches all', () => {
  expect(parse(' \n ')).toMatchObject({ ok: true, value: { type: 'all' } });
});

test('spans point at the text that was read', () => {
  const text = 'web and disk["C:"].free < 10%';
  const parsed = parse(text);
  if (!parsed.ok || parsed.value.type !== 'and') throw new Error('not read');
  const spans = parsed.value.terms.map(({ span }) => text.slice(span.start, span.end));
  expect(spans).toEqual(['web', 'disk["C:"].free < 10%']);
});

test('every mistake is named with its column and, where it can be, its repair', () => {
  const mistakes: readonly (readonly [string, string, string | undefined])[] = [
    ['a and', 'a term is missing at the end at column 6', undefined],
    ['a = ', 'a value is missing at column 5', undefined],
    ['a = and', '`and` stands for a value at column 5', '"and"'],
    ['(a = 1', 'the parenthesis opened at column 1', undefined],
    ['a = 1)', 'unexpected `)` at column 6', undefined],
    ['a = "x', 'the quote opened at column 5', undefined],
    ['a = x, y', 'unexpected `,` at column 6', undefined],
    ['a in (x y)', 'the set opened at column 6', undefined],
    ['a in ()', 'a value is missing at column 7', undefined],
    ['a < 10 GB', '`10` stands apart from its unit at column 5; write `10GB`', '10GB'],
    ['a > 90 %', '`90` stands apart', '90%'],
    ['a > 3 days', '`3` stands apart from its unit at column 5; write `3d`', '3d'],
    ['a > 30 min', '`30` stands apart', '30m'],
    ['a && b', 'unexpected `&&` at column 3', 'and'],
    ['a || b', 'unexpected `||` at column 3', 'or'],
    ['!a', 'unexpected `!` at column 1', 'not '],
    ['= 1', 'unexpected `=` at column 1', undefined],
    ['"a" = 1', '`a` is compared but quoted at column 1', 'a'],
    ['disk["C:"].free', 'nothing is asked of `disk.free` at column 1', undefined],
    ['disk["C:".free < 1', 'the selector opened at column 5', undefined],
    ['or a', 'unexpected `or` at column 1', '"or"'],
    ['a < < 1', 'a value is missing at column 5', undefined],
    ['a\0', 'there is a character that is not text at column 2', undefined],
    ['"\ud800"', 'there is a character that is not text at column 2', undefined],
  ];

  for (const [text, message, replacement] of mistakes) {
    const problem = problemOf(text);
    expect(`${text} → ${problem.message}`).toStartWith(`${text} → ${message}`);
    expect(problem.fix?.replacement).toBe(replacement as string);
    expect(problem.column).toBe(problem.span.start + 1);
  }
});

test('a query that is too long, too wide or too deep is refused with the bound', () => {
  expect(problemOf('a'.repeat(MAX_LENGTH + 1)).code).toBe('too_long');
  expect(problemOf('a '.repeat(MAX_TERMS + 1))).toMatchObject({ code: 'too_many_terms' });
  expect(problemOf(`a in (${'1,'.repeat(MAX_TERMS)}1)`)).toMatchObject({ code: 'too_many_terms' });
  expect(problemOf(`${'('.repeat(MAX_DEPTH + 1)}a`)).toMatchObject({
    code: 'too_deep',
    column: MAX_DEPTH + 1,
  });
  expect(problemOf(`${'not '.repeat(MAX_DEPTH + 1)}a`)).toMatchObject({ code: 'too_deep' });
  expect(parse(`${'('.repeat(MAX_DEPTH)}a${')'.repeat(MAX_DEPTH)}`).ok).toBe(true);
  expect(parse('a '.repeat(MAX_TERMS)).ok).toBe(true);
  expect(problemOf('x and '.repeat(10_000)).code).toBe('too_long');
});

test('whatever is typed is read or refused, and never takes long', () => {
  const pieces = fc.constantFrom(
    ...'()[]"\'=!<>~:,.*?% \\&|',
    'and ',
    'or ',
    'not ',
    'in ',
    'within ',
    'a',
    'x[',
    '"y" ',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
      const parsed = parse(parts.join(''));
      expect(parsed.ok || parsed.errors.length === 1).toBe(true);
    }),
    { numRuns: 3000, seed: 3 },
  );
  for (const piece of [
    '(',
    '[',
    '"',
    "'",
    'a"',
    'a[',
    'a["',
    'not ',
    'a not ',
    'a "b" ',
    '\\',
    ' ',
    'a=',
    'a in (',
    '!',
    '((a)',
  ]) {
    expect(parse(piece.repeat(Math.floor(MAX_LENGTH / piece.length)))).toHaveProperty('ok');
  }
});
