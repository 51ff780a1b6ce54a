import type { Bind, Source } from '../catalogue/field.ts';
import type { Plan, Target } from '../check/plan.ts';
import type { Bound, Instant, ValueTest } from '../values/value-test.ts';

/**
 * SQL for the next moment after now() at which a plan may change its answer for a device without anything happening:
 * `last_seen > 3d` becomes true three days after. Null in SQL where there is none; undefined for a plan that no clock
 * moves.
 */
export function nextChange(plan: Plan, bind: Bind): string | undefined {
  const moments = clockTests(plan).flatMap(({ target, test }) => momentsOf(target, test, bind));
  return moments.length === 0 ? undefined : `least(${moments.join(', ')})`;
}

type ClockTest = { readonly target: Target; readonly test: ValueTest };

function clockTests(plan: Plan): ClockTest[] {
  if (plan.type === 'not') return clockTests(plan.term);
  if (plan.type === 'and' || plan.type === 'or') return plan.terms.flatMap(clockTests);
  return plan.type === 'test' ? [plan] : [];
}

function momentsOf({ field, reading }: Target, test: ValueTest, bind: Bind): string[] {
  const ends = [endOf(test, 'min'), endOf(test, 'max')].filter((end) => end !== undefined);
  if (test.type === 'time') {
    return ends.flatMap((at) =>
      typeof at === 'object' && 'agoMs' in at
        ? [later(reading.source, (value) => `${value} + ${milliseconds(bind(at.agoMs, 'float8'))}`)]
        : [],
    );
  }
  if (test.type !== 'number' || !field.grows) return [];
  return ends.flatMap((at) =>
    typeof at === 'number'
      ? [later(reading.source, (value) => `now() + ${milliseconds(`(${bind(at, 'float8')} - ${value})`)}`)]
      : [],
  );
}

function endOf(test: ValueTest, side: 'min' | 'max'): Instant | number | undefined {
  if (test.type === 'time') return (test[side] as Bound<Instant> | undefined)?.at;
  return test.type === 'number' ? test[side]?.at : undefined;
}

const milliseconds = (sql: string): string => `${sql} * interval '1 millisecond'`;

/** The moment, where it lies ahead; a moment later than the bound itself, so that a test with equality is over too. */
function later(source: Source, momentOf: (value: string) => string): string {
  if (source.from === 'json') return 'null::timestamptz';
  const moment = `(${momentOf(source.value)} + interval '1 millisecond')`;
  const ahead = `case when ${moment} > now() then ${moment} end`;
  return source.from === 'column'
    ? ahead
    : `(select min(${ahead}) from ${source.rows} where ${source.joined})`;
}
