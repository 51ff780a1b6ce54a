import { expect, test } from 'bun:test';
import { demandShallow } from './json-depth.ts';

const check = (text: string) => () => demandShallow(new TextEncoder().encode(text));

test('OP-6: JSON that is nested too deeply is refused, arrays and objects counted together', () => {
  expect(check('['.repeat(64) + ']'.repeat(64))).not.toThrow();
  expect(check('['.repeat(65))).toThrow('nested more than 64');
  expect(check('[{"a":'.repeat(33))).toThrow('nested more than 64');
  expect(check('[]'.repeat(1_000))).not.toThrow();
});

test('OP-6: brackets within a text are no nesting, whatever it escapes', () => {
  expect(check(JSON.stringify(['['.repeat(500), '\\"[[', '"'.repeat(10) + '{'.repeat(100)]))).not.toThrow();
  expect(check(`["\\\\"${',['.repeat(70)}`)).toThrow();
});
