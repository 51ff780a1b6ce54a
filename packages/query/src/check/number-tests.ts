import { readDuration } from '../values/duration.ts';
import { readSize } from '../values/size.ts';
import type { ValueTest } from '../values/value-test.ts';
import { rangeOf } from './range.ts';
import { badValue, type Use, wrongOperator } from './use.ts';

const OPERATORS = '`=`, `!=`, `<`, `<=`, `>`, `>=`, `in` and `not in`';

type Unit = { readonly read: (text: string) => number | undefined; readonly advice: string };

const UNITS: Readonly<Record<'number' | 'percent' | 'bytes' | 'duration', Unit>> = {
  number: { read: readNumber, advice: 'write a plain number such as `4` or `1.5`' },
  percent: { read: readPercent, advice: 'write a number from 0 to 100, such as `10%`' },
  bytes: { read: readSize, advice: 'write a size such as `10GB`, `4GiB` or `500MB`' },
  duration: { read: readDuration, advice: 'write a duration such as `3d`, `12h`, `30m` or `45s`' },
};

/** Tests of numbers in their units: percent 0–100, bytes, milliseconds. */
export function numberTest(use: Use, kind: keyof typeof UNITS): ValueTest {
  const { read, advice } = UNITS[kind];
  const number = read(use.value.text);
  if (number === undefined) throw badValue(use, advice);
  const range = rangeOf(use.operator, number);
  if (range === undefined) throw wrongOperator(use, OPERATORS);
  return { type: 'number', ...range };
}

function readNumber(text: string): number | undefined {
  if (!/^[-+]?\d{1,16}(\.\d{1,16})?$/.test(text)) return undefined;
  const number = Number(text) + 0;
  return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : undefined;
}

function readPercent(text: string): number | undefined {
  const number = readNumber(text.endsWith('%') ? text.slice(0, -1) : text);
  return number !== undefined && number >= 0 && number <= 100 ? number : undefined;
}
