import { readDuration } from '../values/duration.ts';
import { containing, hasWildcard } from '../values/glob.ts';
import { readNetwork } from '../values/ip.ts';
import { readMoment } from '../values/moment.ts';
import type { ValueTest } from '../values/value-test.ts';
import { versionSortKey } from '../values/version-sort-key.ts';
import { rangeOf } from './range.ts';
import { patternOf } from './text-tests.ts';
import { badValue, type Use, wrongOperator } from './use.ts';

const TIME =
  'write how long ago, such as `3d` or `12h`, or a date such as `2026-01-31` or "2026-01-31T10:30Z"';

/** Tests of a time: `> 3d` is longer ago than three days; a date is the whole day, in UTC. */
export function timeTest(use: Use): ValueTest {
  const agoMs = readDuration(use.value.text);
  if (agoMs !== undefined) return agoTest(use, agoMs);
  const moment = readMoment(use.value.text);
  if (moment === undefined) throw badValue(use, TIME);
  const from = { at: { at: moment.from } };
  const to = { at: { at: moment.to } };
  switch (use.operator) {
    case '=':
    case ':':
      return { type: 'time', min: { ...from, inclusive: true }, max: { ...to, inclusive: false } };
    case '<':
      return { type: 'time', max: { ...from, inclusive: false } };
    case '<=':
      return { type: 'time', max: { ...to, inclusive: false } };
    case '>':
      return { type: 'time', min: { ...to, inclusive: true } };
    case '>=':
      return { type: 'time', min: { ...from, inclusive: true } };
    default:
      throw wrongOperator(use, 'a date with `=`, `<`, `<=`, `>`, `>=`, or a duration with `within`');
  }
}

function agoTest(use: Use, agoMs: number): ValueTest {
  const bound = (inclusive: boolean) => ({ at: { agoMs }, inclusive });
  switch (use.operator) {
    case 'within':
    case '<=':
      return { type: 'time', min: bound(true) };
    case '<':
      return { type: 'time', min: bound(false) };
    case '>':
    case '>=':
      return { type: 'time', max: bound(use.operator === '>=') };
    default:
      throw wrongOperator(use, 'a duration with `>` (longer ago), `<` or `within`');
  }
}

/** Tests of versions, which compare as versions do and match as text where wildcards are used. */
export function versionTest(use: Use): ValueTest {
  if (use.operator === '~') return { type: 'like', glob: containing(patternOf(use)) };
  const isEquality = use.operator === '=' || use.operator === ':';
  if (isEquality && !use.value.quoted && hasWildcard(use.value.text)) {
    return { type: 'like', glob: patternOf(use) };
  }
  if (!/\d/.test(use.value.text)) throw badValue(use, 'write a version such as `1.4` or `3.0.14`');
  const range = rangeOf(use.operator, versionSortKey(use.value.text));
  if (range === undefined)
    throw wrongOperator(use, '`=`, `!=`, `<`, `<=`, `>`, `>=`, `~`, `in` and `not in`');
  return { type: 'version', ...range };
}

/** Tests of addresses: an address is itself, a network is all that lies in it. */
export function ipTest(use: Use): ValueTest {
  const network = readNetwork(use.value.text);
  if (use.operator !== '=' && use.operator !== ':') {
    throw wrongOperator(
      use,
      '`=`, `!=`, `in` and `not in` with an address or a network such as `10.2.0.0/16`',
    );
  }
  if (network !== undefined) return { type: 'network', network };
  const meant = networkMeant(use.value.text);
  const advice = 'write an address such as `10.2.0.7`, or a network such as `10.2.0.0/16`';
  throw badValue(use, meant === undefined ? advice : `write \`${meant}\``, meant);
}

/** `10.2.*` and `10.2.` are meant as `10.2.0.0/16`. */
function networkMeant(text: string): string | undefined {
  const match = /^(\d{1,3}(?:\.\d{1,3}){0,2})\.?(?:\.?\*)*$/.exec(text);
  const parts = match?.[1]?.split('.') ?? [];
  if (parts.length === 0) return undefined;
  const meant = `${[...parts, '0', '0', '0'].slice(0, 4).join('.')}/${parts.length * 8}`;
  return readNetwork(meant) === undefined ? undefined : meant;
}

/** Tests of yes and no. */
export function booleanTest(use: Use): ValueTest {
  if (use.operator !== '=' && use.operator !== ':') throw wrongOperator(use, '`= true` and `= false`');
  const word = use.value.text.toLowerCase();
  if (word !== 'true' && word !== 'yes' && word !== 'false' && word !== 'no') {
    throw badValue(use, 'write `true` or `false`');
  }
  return { type: 'flag', value: word === 'true' || word === 'yes' };
}
