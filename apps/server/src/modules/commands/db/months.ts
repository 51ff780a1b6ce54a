import { sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';
import { firstIdAt, type Month, monthOf } from '../domain/months.ts';

/** A month as the database has it. */
type Partition = Month & { readonly name: string };
/** A month whose time has passed and that stays: so many of its commands have not ended. */
type HeldMonth = { readonly month: string; readonly open: number };
/** The oldest month that may go, and those that may not. */
type Findings = { readonly past: Partition | undefined; readonly held: readonly HeldMonth[] };

/** Makes the months from that of `from` to that of `to`; those that exist stay as they are. */
export async function makeMonths(tx: Tx, from: Date, to: Date): Promise<void> {
  await tx.execute(sql`
    select muster.make_command_months(${from.toISOString()}::timestamptz, ${to.toISOString()}::timestamptz)`);
}

/**
 * Finds the oldest month of which every command ended before that time. A month with a command that is open, or that ended
 * later, stays as a whole.
 */
export async function findPastMonth(tx: Tx, before: Date): Promise<Findings> {
  const held: HeldMonth[] = [];
  for (const month of await listMonths(tx)) {
    if (month.ends > before) break;
    const { open, isFresh } = await lookInto(tx, month, before);
    if (open > 0) held.push({ month: month.name, open });
    else if (!isFresh) return { past: month, held };
  }
  return { past: undefined, held };
}

/**
 * Drops the month, unless another node did, or something in it is open after all; tells whether it did. In a transaction
 * of its own: from the lock on nobody can write to the ledger, and a lock that was weaker first could wait for its like.
 * Gives up after a second, because whoever comes behind it waits as well.
 */
export async function dropMonth(tx: Tx, month: Partition, before: Date): Promise<boolean> {
  await tx.execute(sql`set local lock_timeout = '1s'`);
  await tx.execute(sql`lock table commands in access exclusive mode`);
  const isThere = (await listMonths(tx)).some(({ name }) => name === month.name);
  const { open, isFresh } = await lookInto(tx, month, before);
  if (!isThere || open > 0 || isFresh) return false;
  await tx.execute(sql`select muster.drop_command_month(${month.starts.toISOString()}::timestamptz)`);
  return true;
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
