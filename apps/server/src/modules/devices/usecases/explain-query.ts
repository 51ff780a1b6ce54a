import { type Authority, type ExplainedLine, explain, fieldsOf, print } from '@muster/query';
import type { SQL } from 'drizzle-orm';
import { type Actor, requirePermission, type Scope } from '../../../platform/actor.ts';
import type { Database } from '../../../platform/db/index.ts';
import { countMatching } from '../db/list-rows.ts';
import type { Queries } from '../query/compile-query.ts';
import { onlyCanceled } from './read-page.ts';
import { readWithin } from './read-within.ts';

export type ExplainedQuery = {
  readonly written: string;
  readonly lines: ExplainedLine[];
  readonly fields: { name: string; kind: string; authority: Authority; describe: string }[];
  readonly movesByTime: boolean;
  readonly matching: { value: number; exact: boolean };
};

const COUNT_TIMEOUT_MS = 1_000;
const COUNTED_AT_MOST = 1_000;

/** How a query is understood, who can set what it asks for, and how many devices it means. Throws invalid_input. */
export async function explainQuery(
  deps: { readonly database: Database; readonly queries: Queries },
  actor: Actor,
  text: string,
): Promise<ExplainedQuery> {
  const scope = requirePermission(actor, 'devices:read');
  const queries = deps.queries.within(scope.orgIds);
  const { tree, plan, condition, walked = condition } = queries.compile(text);
  return {
    written: print(tree),
    lines: explain(tree, queries.catalogue),
    fields: fieldsOf(plan).map(({ name, kind, authority, describe }) => ({
      name,
      kind,
      authority,
      describe,
    })),
    movesByTime: queries.momentOf(plan) !== undefined,
    matching: await countWithin(deps.database, scope, { condition, walked }),
  };
}

/** Exact where that can be counted in a second, else at least so many. */
async function countWithin(
  database: Database,
  scope: Scope,
  { condition, walked }: { readonly condition: SQL; readonly walked: SQL },
): Promise<{ value: number; exact: boolean }> {
  const count = (how: SQL, most?: number) =>
    readWithin(database, scope, COUNT_TIMEOUT_MS, (tx) => countMatching(tx, scope, how, most)).catch(
      onlyCanceled,
    );
  const all = await count(condition);
  if (all !== undefined) return { value: all, exact: true };
  return { value: (await count(walked, COUNTED_AT_MOST)) ?? 0, exact: false };
}
