import { MusterError, type OrgId } from '@muster/contracts';
import {
  type CompiledQuery,
  check,
  compile,
  createCatalogue,
  type Field,
  type FieldCatalogue,
  nextChange,
  type Plan,
  parse,
  type QueryError,
  type QueryNode,
} from '@muster/query';
import { type SQL, sql } from 'drizzle-orm';

/** Reads device queries over the fields that the modules contribute. */
export interface Queries {
  readonly catalogue: FieldCatalogue;
  /** The language of who sees these organisations: with the fields that these defined, and no others'. */
  within(orgIds: readonly OrgId[]): Queries;
  /** Afterwards `within` knows what is committed now. */
  refresh(): Promise<void>;
  /** Throws invalid_input with every problem and its place. The empty text means all devices. */
  compile(text: string, now?: Date): DeviceQuery;
  /** The condition of a plan for a few devices that are asked one by one. */
  conditionOf(plan: Plan): SQL;
  /** The next moment at which the plan may change its answer by itself; undefined where no clock moves it. */
  momentOf(plan: Plan): SQL | undefined;
}

/** Fields that organisations define themselves; the same array until a definition changes. */
export interface OwnFields {
  of(orgIds: readonly OrgId[]): readonly Field[];
  refresh(): Promise<void>;
}

/** The query language over these fields, and over those that organisations define. */
export function createQueries(fields: readonly Field[], own?: OwnFields): Queries {
  // Whoever sees the same own fields shares a catalogue; it goes when the fields go.
  const known = new WeakMap<readonly Field[], Queries>();
  const within = (orgIds: readonly OrgId[]): Queries => {
    const more = own?.of(orgIds) ?? [];
    if (more.length === 0) return plain;
    const queries = known.get(more) ?? over([...fields, ...more], { within, refresh });
    known.set(more, queries);
    return queries;
  };
  const refresh = async () => own?.refresh();
  const plain = over(fields, { within, refresh });
  return plain;
}

function over(fields: readonly Field[], rest: Pick<Queries, 'within' | 'refresh'>): Queries {
  const catalogue = createCatalogue(fields);
  return {
    ...rest,
    catalogue,
    compile: (text, now = new Date()) => compileQuery(catalogue, text, now),
    conditionOf: (plan) => toSql(compile(plan, { now: new Date(), general: true })),
    momentOf: (plan) => {
      const params: CompiledQuery['params'][number][] = [];
      const text = nextChange(plan, (value, type) => `$${params.push(value)}::${type}`);
      return text === undefined ? undefined : toSql({ text, params });
    },
  };
}

/** A query that was understood: as plan, and as a condition on `muster.device_list d`. */
export type DeviceQuery = {
  readonly tree: QueryNode;
  readonly plan: Plan;
  readonly condition: SQL;
  /** The same for a list that is walked in its order; undefined where it would be written alike. */
  readonly walked: SQL | undefined;
};

function compileQuery(catalogue: FieldCatalogue, text: string, now: Date): DeviceQuery {
  const tree = parse(text);
  if (!tree.ok) throw refusal(tree.errors);
  const plan = check(tree.value, catalogue);
  if (!plan.ok) throw refusal(plan.errors);
  const asked = compile(plan.value, { now });
  const walked = compile(plan.value, { now, walked: true });
  return {
    tree: tree.value,
    plan: plan.value,
    condition: toSql(asked),
    walked: walked.text === asked.text ? undefined : toSql(walked),
  };
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
