import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { versionSortKey } from './version-sort-key.ts';

/* The rule said once more, on lists instead of on bytes: class first, then value. */
type Part = readonly [rank: number, value: bigint | string];
const EARLY = new Map(Object.entries({ dev: 0, alpha: 1, beta: 2, pre: 3, rc: 4 }));
const END: Part = [2, ''];

function partsOf(version: string): readonly Part[] {
  const [epoch, rest] = version.includes(':') ? version.split(':') : ['0', version];
  const parts: Part[] = (rest ?? '').match(/\d+|[a-z]+|~/g)?.map(partOf) ?? [];
  const isZero = ([rank, value]: Part) => rank === 4 && value === 0n;
  const cut = parts.filter(
    (part, at) => !isZero(part) || parts.slice(at).find((next) => !isZero(next))?.[0] === 4,
  );
  return [[4, BigInt(epoch ?? '0')], ...cut, END];
}

function partOf(text: string): Part {
  if (text === '~') return [0, ''];
  if (/\d/.test(text)) return [4, BigInt(text)];
  const early = EARLY.get(text);
  return early === undefined ? [3, text] : [1, BigInt(early)];
}

function compare(left: string, right: string): number {
  const [a, b] = [partsOf(left), partsOf(right)];
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const [x, y] = [a[at] ?? END, b[at] ?? END];
    if (x[0] !== y[0]) return x[0] - y[0];
    if (x[1] !== y[1]) return x[1] < y[1] ? -1 : 1;
  }
  return 0;
}

const byBytes = (left: string, right: string) =>
  Math.sign(Buffer.compare(Buffer.from(left), Buffer.from(right)));

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('0', '1', '2', '9', '10', '007', '14') },
  { weight: 1, arbitrary: fc.bigInt(0n, 10n ** 30n).map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('rc', 'beta', 'alpha', 'dev', 'pre', 'a', 'b', 'ab', 'deb', 'ubuntu', '~'),
  },
);
const version = fc
  .tuple(
    fc.constantFrom('', '', '', '0:', '1:', '12:'),
    fc.array(fc.tuple(piece, fc.constantFrom('.', '-', '+', '')), { minLength: 1, maxLength: 6 }),
  )
  .map(([epoch, pieces]) => epoch + pieces.map((pair) => pair.join('')).join(''));

test('the order of keys by bytes is the order of versions', () => {
  fc.assert(
    fc.property(version, version, (left, right) => {
      expect(byBytes(versionSortKey(left), versionSortKey(right))).toBe(Math.sign(compare(left, right)));
    }),
    {
      numRuns: 5000,
      seed: 13,
      examples: [
        ['1.4', '1.4.0'],
        ['1.10', '1.9'],
        ['1.4-rc1', '1.4'],
      ],
    },
  );
});

test('versions as they are met in the field come in their order', () => {
  const ordered = [
    [
      '1.4~beta1',
      '1.4-dev',
      '1.4-alpha',
      '1.4.0-beta.2',
      '1.4-rc1',
      '1.4-rc2',
      '1.4',
      '1.4a',
      '1.4.1',
      '1.10',
    ],
    ['1.1.1', '1.1.1a', '1.1.1w', '3.0.13', '3.0.14', '3.0.14-1~deb12u2', '3.0.14-1', '3.0.14-1+deb12u1'],
    ['6.1.9', '10.0.9200', '10.0.19045.1', '10.0.19045.10', '10.0.20348'],
    ['9.99', '1:0.1', '2:0.0.1'],
  ];
  for (const versions of ordered) {
    const keys = versions.map(versionSortKey);
    expect(keys.toSorted((a, b) => byBytes(a, b))).toEqual(keys);
    expect(new Set(keys).size).toBe(keys.length);
  }
});

test('what is no difference makes none: a leading v, trailing zeros, case', () => {
  expect(versionSortKey('v1.4.0')).toBe(versionSortKey('1.4'));
  expect(versionSortKey('1.0-RC1')).toBe(versionSortKey('1-rc1'));
});

test('keys are short ASCII text, whatever comes in', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (text) => {
      const key = versionSortKey(text);
      expect(key).toMatch(/^[0-9A-Ea-z]+$/);
      expect(key.length).toBeLessThan(800);
    }),
  );
});
