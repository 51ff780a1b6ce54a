import { MusterError } from '@muster/contracts';
import { type Field, fold } from '@muster/query';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import type { Database } from '../../../platform/db/index.ts';
import { countValues, type ValueCount, type ValuesFrom } from '../db/value-rows.ts';
import type { Queries } from '../query/compile-query.ts';
import { readWithin } from './read-within.ts';

const VALUES_TIMEOUT_MS = 2_000;
const MOST_VALUES = 50;
const TEXTUAL = new Set<Field['kind']>(['text', 'enum', 'version', 'ip']);

/**
 * Values of a field that begin with the prefix, the most frequent first. `tag` alone gives the keys in use, `tag.role`
 * the values of one. Fields that are numbers or times have none.
 */
export async function completeValues(
  deps: { readonly database: Database; readonly queries: Queries },
  actor: Actor,
  input: { readonly field: string; readonly prefix: string },
): Promise<ValueCount[]> {
  const scope = requirePermission(actor, 'devices:read');
  const from = valuesOf(deps.queries.within(scope.orgIds), input.field);
  if (!from) return [];
  return readWithin(deps.database, scope, VALUES_TIMEOUT_MS, (tx) =>
    countValues(tx, scope, from, { prefix: fold(input.prefix), most: MOST_VALUES }),
  );
}

function valuesOf({ catalogue }: Queries, name: string): ValuesFrom | undefined {
  const map = catalogue.fields.find((field) => field.kind === 'map' && name.startsWith(`${field.name}.`));
  const field = map ?? catalogue.find(name);
  if (!field)
    throw new MusterError('invalid_input', `No field is called "${name}".`, { field: 'field', name });
  const { source } = field;
  if (source.from === 'json') {
    const key = map ? name.slice(map.name.length + 1) : undefined;
    return { from: 'map', object: source.object, ...(key === undefined ? {} : { key }) };
  }
  if (!TEXTUAL.has(field.kind)) return undefined;
  const value = field.kind === 'ip' ? `host(${source.value})` : source.value;
  return source.from === 'rows' ? { from: 'rows', rows: source.rows, value } : { from: 'column', value };
}
