import type { Bind, ValueSql } from '../catalogue/field.ts';
import { containing, type Glob, likePattern } from '../values/glob.ts';
import { printNetwork } from '../values/ip.ts';
import { type Bound, instantMs, type ValueTest } from '../values/value-test.ts';
import { wordsExpression } from '../values/words.ts';

/** What a predicate is written with. */
export type Writing = {
  readonly bind: Bind;
  readonly nowMs: number;
  readonly general?: boolean;
  readonly walked?: boolean;
};

/**
 * Case is folded under a collation that every PostgreSQL ≥17 with UTF-8 has, so that the answer does not
 * depend on the database's own locale. An index on the expression must be written the same way.
 */
export function foldedSql(value: string): string {
  return `lower(${value} collate "pg_c_utf8")`;
}

/** Writes one test of one value; null where the value is. */
export function predicate(sql: ValueSql, test: ValueTest, { bind, nowMs }: Writing): string {
  const folded = sql.folded ?? foldedSql(sql.value);
  switch (test.type) {
    case 'known':
      return `${sql.value} is not null`;
    case 'same':
      return oneOf(sql.value, test.values, bind);
    case 'same-folded':
      return oneOf(folded, test.values, bind);
    case 'like':
      return `${folded} like ${bind(likePattern(test.glob), 'text')}`;
    case 'words':
      return hasWords(folded, test.glob, bind);
    case 'number':
      return range(sql.value, test, (at) => bind(at, 'float8'));
    case 'time':
      return range(sql.value, test, (at) =>
        bind(new Date(instantMs(at, nowMs)).toISOString(), 'timestamptz'),
      );
    case 'version':
      return range(sql.sortKey ?? 'null', test, (at) => bind(at, 'text'));
    case 'network': {
      const { network } = test;
      const sign = network.prefix === network.bits ? '=' : '<<=';
      return `${sql.value} ${sign} ${bind(printNetwork(network), 'inet')}`;
    }
    case 'flag':
      return `${sql.value} = ${bind(test.value, 'boolean')}`;
  }
}

/** One test of one value that no moment is needed for, for the own SQL of a field. */
export function predicateSql(sql: ValueSql, test: ValueTest, bind: Bind): string {
  return predicate(sql, test, { bind, nowMs: 0 });
}

/**
 * What holds the words also holds the longest of them as it is written: asked first, that spares most rows
 * the regular expression (34 → 14 ms for 50,000 names of which none matches).
 */
function hasWords(folded: string, glob: Glob, bind: Bind): string {
  const words = glob.flatMap((piece) => (piece.type === 'literal' ? piece.text.split(' ') : []));
  const longest = words.reduce((best, word) => (word.length > best.length ? word : best), '');
  const matches = `${folded} ~ ${bind(wordsExpression(glob), 'text')}`;
  if (longest === '') return matches;
  const contained = likePattern(containing([{ type: 'literal', text: longest }]));
  return `${folded} like ${bind(contained, 'text')} and ${matches}`;
}

function oneOf(value: string, values: readonly string[], bind: Bind): string {
  const places = values.map((text) => bind(text, 'text'));
  return places.length === 1 ? `${value} = ${places[0]}` : `${value} in (${places.join(', ')})`;
}

type Range<T> = { readonly min?: Bound<T>; readonly max?: Bound<T> };

function range<T>(value: string, { min, max }: Range<T>, place: (at: T) => string): string {
  const isPoint = min !== undefined && min.at === max?.at && min.inclusive && max.inclusive;
  if (isPoint) return `${value} = ${place(min.at)}`;
  const ends: string[] = [];
  if (min !== undefined) ends.push(`${value} ${min.inclusive ? '>=' : '>'} ${place(min.at)}`);
  if (max !== undefined) ends.push(`${value} ${max.inclusive ? '<=' : '<'} ${place(max.at)}`);
  return ends.join(' and ');
}
