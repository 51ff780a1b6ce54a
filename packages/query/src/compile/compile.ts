import type { Reading, RowsSource } from '../catalogue/field.ts';
import type { Plan, Target } from '../check/plan.ts';
import type { ValueTest } from '../values/value-test.ts';
import { type Param, Params } from './params.ts';
import { foldedSql, predicate, type Writing } from './predicate.ts';

/** A condition for `where`, and the values of its placeholders in order. */
export type CompiledQuery = { readonly text: string; readonly params: readonly Param[] };

/** `firstParam` is the number of the first placeholder (1 unless given); `now` decides relative times. */
export type CompileOptions = {
  readonly now: Date;
  readonly firstParam?: number;
  /** For a few devices that are looked at one by one: the general form, which asks each of them alone. */
  readonly general?: boolean;
  /** For devices in the order of a list, of which the first few that match are wanted. */
  readonly walked?: boolean;
};

/**
 * Writes a checked query as one parenthesised SQL condition. The condition may be null where SQL's logic
 * says so, which `where` treats as false; below a `not` it is made two-valued by `is not true`, so that
 * `not` of a comparison with a missing value is true, as in `evaluate`.
 */
export function compile(plan: Plan, options: CompileOptions): CompiledQuery {
  const params = new Params(options.firstParam ?? 1);
  const text = write(plan, {
    bind: params.bind,
    nowMs: options.now.getTime(),
    general: options.general ?? false,
    walked: options.walked ?? false,
  });
  return { text, params: params.values };
}

function write(plan: Plan, writing: Writing): string {
  switch (plan.type) {
    case 'all':
      return '(true)';
    case 'not':
      return `(${write(plan.term, writing)} is not true)`;
    case 'and':
    case 'or': {
      const terms = plan.terms.map((term) => write(term, writing));
      return terms.length === 0 ? `(${plan.type === 'and'})` : `(${terms.join(` ${plan.type} `)})`;
    }
    case 'test':
      return `(${writeTest(plan.target, plan.test, writing)})`;
  }
}

function writeTest(target: Target, test: ValueTest, writing: Writing): string {
  const { reading, of } = target;
  const own = ownSql(reading, writing)?.({ test, of, bind: writing.bind });
  if (own !== undefined) return own;
  const { source } = reading;
  switch (source.from) {
    case 'column':
      return predicate(source, test, writing);
    case 'json': {
      const value = `(${source.object} ->> ${writing.bind(of ?? '', 'text')})`;
      return predicate({ value }, test, writing);
    }
    case 'rows': {
      const named = of === undefined ? '' : ` and ${namedBy(source, target, writing)}`;
      const holds = predicate(source, test, writing);
      return `exists (select 1 from ${source.rows} where ${source.joined}${named} and ${holds})`;
    }
  }
}

/** The reading's own form for this purpose, where it has one. */
function ownSql({ sql, walked }: Reading, writing: Writing): Reading['sql'] {
  if (writing.general) return undefined;
  return writing.walked ? (walked ?? sql) : sql;
}

/** A map's key is exact, a selector or an argument is without regard to case. */
function namedBy(source: RowsSource, { reading, of }: Target, { bind }: Writing): string {
  const name = source.of ?? 'null';
  return `${reading.kind === 'map' ? name : foldedSql(name)} = ${bind(of ?? '', 'text')}`;
}
