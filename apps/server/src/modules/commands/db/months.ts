import { sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';
import { firstIdAt, type Month, monthOf } from '../domain/months.ts';

/** A month whose time has passed and that stays: so many of its commands have not ended. */
export type HeldMonth = { readonly month: string; readonly open: number };
/** What became of the months whose time has passed. */
export type Dropped = { readonly dropped: string | undefined; readonly held: readonly HeldMonth[] };

type Partition = Month & { readonly name: string };

/** Makes the months from that of `from` to that of `to`; those that exist stay as they are. */
export async function makeMonths(tx: Tx, from: Date, to: Date): Promise<void> {
  await tx.execute(sql`
    select muster.make_command_months(${from.toISOString()}::timestamptz, ${to.toISOString()}::timestamptz)`);
}

/**
 * Drops the oldest month of which every command ended before that time: never more than one, so that a clock that jumps
 * ahead by years does not cost the ledger. A month with a command that is open, or ended later, stays as a whole.
 */
export async function dropOldMonth(tx: Tx, before: Date): Promise<Dropped> {
  const held: HeldMonth[] = [];
  for (const partition of await listMonths(tx)) {
    if (partition.ends > before) break;
    const { open, isFresh } = await lookInto(tx, partition, before);
    if (open > 0) held.push({ month: partition.name, open });
    if (open > 0 || isFresh) continue;
    // From here nobody can add a command; whoever runs one waits, and this waits for them no longer than a second.
    await tx.execute(sql`set local lock_timeout = '1s'`);
    await tx.execute(sql`lock table commands in access exclusive mode`);
    const locked = await lookInto(tx, partition, before);
    if (locked.open > 0 || locked.isFresh) continue;
    await tx.execute(sql`select muster.drop_command_month(${partition.starts.toISOString()}::timestamptz)`);
    return { dropped: partition.name, held };
  }
  return { dropped: undefined, held };
}

/** The months that there are, the oldest first. */
async function listMonths(tx: Tx): Promise<Partition[]> {
  const { rows } = await tx.execute<{ name: string }>(sql`
    select c.relname as name from pg_inherits join pg_class c on c.oid = inhrelid
    where inhparent = 'commands'::regclass order by c.relname`);
  return rows.map(({ name }) => {
    const [year, month] = [name.slice(-6, -2), name.slice(-2)];
    return { name, ...monthOf(new Date(`${year}-${month}-01T00:00:00Z`)) };
  });
}

/** How many commands of a month are open, and whether one ended at that time or later. */
async function lookInto(tx: Tx, month: Month, since: Date): Promise<{ open: number; isFresh: boolean }> {
  const inMonth = sql`id >= ${firstIdAt(month.starts)}::uuid and id < ${firstIdAt(month.ends)}::uuid`;
  const { rows } = await tx.execute<{ open: number; isFresh: boolean }>(sql`
    select (select count(*)::int from commands where ${inMonth} and ended_at is null) as open,
      exists (select from commands where ${inMonth} and ended_at >= ${since.toISOString()}::timestamptz) as "isFresh"`);
  return rows[0] ?? { open: 0, isFresh: true };
}
