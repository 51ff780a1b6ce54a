import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { findUnstorable, storableJson, storableText } from './storable-text.ts';

const anyText = fc
  .string({ unit: 'binary' })
  .chain((text) => fc.constantFrom(text, `${text}\0`, `\udc00${text}\ud83d`));

test('text that can be stored is kept as it is, and every other becomes such, no longer than was said', () => {
  fc.assert(
    fc.property(anyText, fc.nat(20), (text, most) => {
      const stored = storableText(text, most);
      expect(stored.isWellFormed() && !stored.includes('\0') && stored.length <= most).toBe(true);
      if (findUnstorable(text) === undefined) expect(storableText(text)).toBe(text);
    }),
  );
});

test('NUL, half of a pair and a pair that is cut in half leave their place behind', () => {
  expect(storableText('a\0b\ud83d')).toBe('a\ufffdb\ufffd');
  expect(storableText('ab😀', 3)).toBe('ab\ufffd');
});

test('a value is cleaned in depth, names of properties too, and the first of its faults is found by its path', () => {
  const value = { tags: [{ role: 'web' }, { role: 'a\0' }], 'x\ud800': 1, at: null };

  expect(findUnstorable(value)).toEqual(['tags', '1', 'role']);
  expect(findUnstorable({ deep: { 'x\ud800': 1 } })).toEqual(['deep', 'x\ufffd']);
  expect(storableJson(value)).toEqual({
    ...{ tags: [{ role: 'web' }, { role: 'a\ufffd' }], 'x\ufffd': 1, at: null },
  });
  expect(findUnstorable(storableJson(value))).toBeUndefined();
});
