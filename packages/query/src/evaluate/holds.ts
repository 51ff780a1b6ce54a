import { fold } from '../values/fold.ts';
import { matchesGlob } from '../values/glob.ts';
import { isInside, readNetwork } from '../values/ip.ts';
import { type Bound, instantMs, type ValueTest } from '../values/value-test.ts';
import { versionSortKey } from '../values/version-sort-key.ts';
import { matchesWords } from '../values/words.ts';

/** Decides one test of one present value; false where the value is not of the field's kind. */
export function holds(test: ValueTest, value: unknown, nowMs: number): boolean {
  switch (test.type) {
    case 'known':
      return true;
    case 'same':
      return test.values.includes(textOf(value));
    case 'same-folded':
      return test.values.includes(fold(textOf(value)));
    case 'like':
      return matchesGlob(test.glob, fold(textOf(value)));
    case 'words':
      return matchesWords(test.glob, fold(textOf(value)));
    case 'number':
      return isNumeric(value) && isWithin(Number(value), test.min, test.max);
    case 'time': {
      const at = msOf(value);
      const bound = (end: typeof test.min) => end && { ...end, at: instantMs(end.at, nowMs) };
      return at !== undefined && isWithin(at, bound(test.min), bound(test.max));
    }
    case 'version':
      return isWithin(versionSortKey(textOf(value)), test.min, test.max);
    case 'network': {
      const address = readNetwork(textOf(value));
      return address !== undefined && isInside(address, test.network);
    }
    case 'flag':
      return value === test.value;
  }
}

/* A bigint is how some drivers hand over a bigint column. */
function isNumeric(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function isWithin<T extends string | number>(
  value: T,
  min: Bound<T> | undefined,
  max: Bound<T> | undefined,
): boolean {
  const isAbove = min === undefined || value > min.at || (min.inclusive && value === min.at);
  return isAbove && (max === undefined || value < max.at || (max.inclusive && value === max.at));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function msOf(value: unknown): number | undefined {
  const at = value instanceof Date ? value.getTime() : typeof value === 'string' ? Date.parse(value) : value;
  return typeof at === 'number' && Number.isFinite(at) ? at : undefined;
}
