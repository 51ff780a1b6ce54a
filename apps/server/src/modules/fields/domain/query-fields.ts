import type { CustomField } from '@muster/contracts';
import { type Bind, type Field, predicateSql, type Reading, type ValueTest } from '@muster/query';

type Kind = CustomField['kind'];
/** What the query language needs of a definition. */
export type Defined = Pick<CustomField, 'orgId' | 'key' | 'title' | 'kind' | 'choices'>;

const KEY = /^[a-z][a-z0-9_]{0,39}$/;

/** The column of `custom_values` that holds a value of the kind. */
const COLUMN: Readonly<Record<Kind, string>> = {
  text: 'text',
  enum: 'text',
  version: 'text',
  number: 'number',
  percent: 'number',
  bytes: 'number',
  duration: 'number',
  time: 'at',
  boolean: 'flag',
  ip: 'address',
};

/**
 * The fields `custom.<key>` for those who see these definitions. Where two organisations mean different things by a key,
 * the field is read as text first, which every value is, and then as each kind in turn.
 */
export function queryFieldsOf(definitions: readonly Defined[]): Field[] {
  const byKey = new Map<string, Defined[]>();
  for (const one of definitions) byKey.set(one.key, [...(byKey.get(one.key) ?? []), one]);
  return [...byKey].filter(([key]) => KEY.test(key)).map(([key, alike]) => queryField(key, alike));
}

function queryField(key: string, alike: readonly Defined[]): Field {
  const kinds = [...new Set(alike.map(({ kind }) => kind))];
  const isOne = kinds.length === 1;
  const [first = 'text', ...rest] = isOne
    ? kinds
    : ['text' as const, ...kinds.filter((kind) => kind !== 'text' && kind !== 'enum')];
  const values = first === 'enum' ? [...new Set(alike.flatMap(({ choices }) => choices))] : [];
  const titles = [...new Set(alike.map(({ title }) => title))];
  const field = {
    name: `custom.${key}`,
    authority: 'operator' as const,
    describe: `Custom field: ${titles.join(', ')}`,
    touchedBy: [`custom.${key}`, 'site_id'],
  };
  // An enum that has lost its choices is text.
  const reading = readingOf(key, first === 'enum' && values.length === 0 ? 'text' : first);
  const also = rest.map((kind) => readingOf(key, kind));
  return {
    ...field,
    ...reading,
    ...(reading.kind === 'enum' ? { values } : {}),
    ...(also.length > 0 ? { also } : {}),
  };
}

function readingOf(key: string, kind: Kind): Reading {
  const place = (row: string) => ({
    value: `${row}.${COLUMN[kind]}`,
    ...(kind === 'version' ? { sortKey: `${row}.sort_key` } : {}),
  });
  return {
    kind,
    source: {
      from: 'rows',
      rows: `(select c.text, c.number, c.at, c.flag, c.address, c.sort_key from custom_values c
        where c.key = '${key}' and c.place_id in (d.id, d.site_id, d.org_id) order by c.level desc limit 1) k`,
      joined: 'true',
      ...place('k'),
    },
    sql: ({ test, bind }) => levelwise(key, testSql(place('c'), test, bind)),
  };
}

/** A relative moment is one of the database's clock. */
function testSql(value: Parameters<typeof predicateSql>[0], test: ValueTest, bind: Bind): string {
  if (test.type !== 'time') return predicateSql(value, test, bind);
  const ends = (['min', 'max'] as const).flatMap((end) => {
    const bound = test[end];
    if (!bound) return [];
    const at =
      'at' in bound.at
        ? bind(new Date(bound.at.at).toISOString(), 'timestamptz')
        : `(now() - ${bind(bound.at.agoMs, 'float8')} * interval '1 millisecond')`;
    return [`${value.value} ${end === 'min' ? '>' : '<'}${bound.inclusive ? '=' : ''} ${at}`];
  });
  return ends.join(' and ');
}

/** Each level is asked once for all devices: the nearest one that says anything decides. */
function levelwise(key: string, holds: string): string {
  const said = (level: number, also = '') =>
    `(select c.place_id from custom_values c where c.key = '${key}' and c.level = ${level}${also})`;
  const matching = (level: number) => said(level, ` and ${holds}`);
  return `(d.id in ${matching(3)} or (d.id not in ${said(3)} and (
    d.site_id in ${matching(2)} or (d.site_id not in ${said(2)} and (
    d.org_id in ${matching(1)} or (d.org_id not in ${said(1)} and d.org_id in ${matching(0)}))))))`;
}
