import { sql } from 'drizzle-orm';
import { type Tx, uuids } from '../../../platform/db/index.ts';
import { isId } from '../../../platform/new-id.ts';

/** What changed, as far as it says what was before and what is after. */
type Change = { readonly before?: unknown; readonly after?: unknown };

/** Calls sites what people call them: where a change tells the id of one, before or after, it tells its name instead. */
export async function nameSites<Told extends Change | undefined>(
  tx: Tx,
  changes: readonly Told[],
): Promise<Told[]> {
  const ids = new Set(changes.flatMap((change) => [...siteOf(change?.before), ...siteOf(change?.after)]));
  if (ids.size === 0) return [...changes];
  const { rows } = await tx.execute<{ id: string; name: string }>(
    sql`select id, name from sites where id = any (${uuids([...ids])})`,
  );
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return changes.map(
    (change) =>
      change && { ...change, before: named(change.before, names), after: named(change.after, names) },
  );
}

function siteOf(side: unknown): string[] {
  if (typeof side !== 'object' || side === null || !('siteId' in side)) return [];
  return typeof side.siteId === 'string' && isId(side.siteId) ? [side.siteId] : [];
}

function named(side: unknown, names: ReadonlyMap<string, string>): unknown {
  const [id] = siteOf(side);
  if (id === undefined) return side;
  const { siteId, ...rest } = side as { siteId: string };
  return { ...rest, site: names.get(id) ?? siteId };
}
