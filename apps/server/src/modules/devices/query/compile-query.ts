import { MusterError } from '@muster/contracts';
import {
  type CompiledQuery,
  check,
  compile,
  createCatalogue,
  type FieldCatalogue,
  type Plan,
  parse,
  type QueryError,
} from '@muster/query';
import { type SQL, sql } from 'drizzle-orm';
import { DEVICE_FIELDS } from './fields.ts';

/** The fields that a device query may use. */
export const CATALOGUE: FieldCatalogue = createCatalogue(DEVICE_FIELDS);

/** A query that was understood: as plan, and as a condition on `muster.device_list d`. */
export type DeviceQuery = { readonly plan: Plan; readonly condition: SQL };

/** Reads a device query; throws invalid_input with every problem and its place. The empty text means all devices. */
export function compileQuery(text: string, now: Date = new Date()): DeviceQuery {
  const tree = parse(text);
  if (!tree.ok) throw refusal(tree.errors);
  const plan = check(tree.value, CATALOGUE);
  if (!plan.ok) throw refusal(plan.errors);
  return { plan: plan.value, condition: toSql(compile(plan.value, { now })) };
}

function refusal(errors: readonly QueryError[]): MusterError {
  const [first] = errors;
  return new MusterError(
    'invalid_input',
    `The query cannot be read: ${first?.message ?? 'unknown reason'}.`,
    {
      field: 'query',
      errors,
    },
  );
}

/** The compiler numbers its placeholders; drizzle wants the values in their places. */
function toSql({ text, params }: CompiledQuery): SQL {
  const parts = text.split(/\$(\d+)/).map((part, at) => {
    return at % 2 === 0 ? sql.raw(part) : sql`${params[Number(part) - 1]}`;
  });
  return sql.join(parts);
}
