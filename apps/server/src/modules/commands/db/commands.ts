import type { CommandId, CommandState, DeviceId } from '@muster/contracts';
import { and, asc, desc, eq, gte, inArray, isNotNull, isNull, lt, lte, or, sql } from 'drizzle-orm';
import type { Scope } from '../../../platform/actor.ts';
import { ofDeviceInScope, type Tx } from '../../../platform/db/index.ts';
import { settingValue } from '../../../platform/settings/index.ts';
import { oldestOpenAt } from '../domain/clocks.ts';
import type { CommandRecord } from '../domain/command-record.ts';
import { firstIdAt } from '../domain/months.ts';
import { type CommandRow, commandsTable, recordColumns } from './commands-table.ts';

const t = commandsTable;
const DAY_MS = 86_400_000;

/** Writes a new command. */
export async function insertCommand(tx: Tx, row: CommandRow): Promise<void> {
  await tx.insert(t).values(row);
}

/**
 * The lowest sequence of a device that is still open, and whether something waits to be sent. Only in the transaction
 * that drew a sequence: the device's row lock makes sure that nothing lower is still on its way here.
 */
export async function readQueue(
  tx: Tx,
  deviceId: DeviceId,
  now: Date,
): Promise<{ lowestOpen: bigint | undefined; isWaiting: boolean }> {
  const { rows } = await tx.execute<{ lowest: string | null; waiting: boolean | null }>(sql`
    select min(sequence) as lowest, bool_or(state = 'queued') as waiting
    from commands where device_id = ${deviceId} and ended_at is null and id >= ${firstIdAt(oldestOpenAt(now))}::uuid`);
  const lowest = rows[0]?.lowest;
  return {
    lowestOpen: lowest === null || lowest === undefined ? undefined : BigInt(lowest),
    isWaiting: rows[0]?.waiting ?? false,
  };
}

/** One command within the scope that retention leaves. */
export async function findCommand(
  tx: Tx,
  scope: Scope,
  { id, now }: { readonly id: CommandId; readonly now: number },
): Promise<CommandRow | undefined> {
  const [row] = await tx
    .select()
    .from(t)
    .where(and(eq(t.id, id), inScope(scope), await isKept(tx, now)));
  return row;
}

/** What ended before the days that commands are kept is nobody's to read, until the whole of its month is dropped. */
async function isKept(tx: Tx, now: number) {
  const days = await settingValue(tx, 'commands.retentionDays');
  return or(isNull(t.endedAt), gte(t.endedAt, new Date(now - days * DAY_MS)));
}

/** Full rows by id, for whoever watches them. */
export async function readCommands(tx: Tx, ids: readonly string[]): Promise<CommandRow[]> {
  return await tx
    .select()
    .from(t)
    .where(inArray(t.id, [...ids]));
}

/** Locks the commands for a decision, in one order for everybody, so that two batches never wait for each other. */
export async function lockRecords(tx: Tx, ids: readonly string[]): Promise<CommandRecord[]> {
  return await tx
    .select(recordColumns)
    .from(t)
    .where(inArray(t.id, [...ids]))
    .orderBy(asc(t.id))
    .for('update');
}

/** Locks commands whose time has come; those that another node decides about are left to it. */
export async function lockDueRecords(tx: Tx, now: Date, limit: number): Promise<CommandRecord[]> {
  return await tx
    .select(recordColumns)
    .from(t)
    .where(lte(t.dueAt, now))
    .orderBy(asc(t.dueAt))
    .limit(limit)
    .for('update', { skipLocked: true });
}

/** When the next command is due; undefined when all have ended. */
export async function readNextDue(tx: Tx): Promise<Date | undefined> {
  const [row] = await tx
    .select({ dueAt: t.dueAt })
    .from(t)
    .where(isNotNull(t.dueAt))
    .orderBy(asc(t.dueAt))
    .limit(1);
  return row?.dueAt ?? undefined;
}

export type CommandFilter = {
  readonly deviceId?: DeviceId | undefined;
  readonly state?: CommandState | undefined;
  readonly name?: string | undefined;
};

/** A command is where its device is. */
function inScope(scope: Scope) {
  return and(inArray(t.orgId, [...scope.orgIds]), ofDeviceInScope(scope, sql`${t.deviceId}`));
}

async function matching(tx: Tx, scope: Scope, filter: CommandFilter & { readonly now: number }) {
  return and(
    inScope(scope),
    await isKept(tx, filter.now),
    filter.deviceId ? eq(t.deviceId, filter.deviceId) : undefined,
    filter.state ? eq(t.state, filter.state) : undefined,
    filter.name ? eq(t.name, filter.name) : undefined,
  );
}

/** A page of commands older than `before`, newest first. Ids sort by time of creation. */
export async function listCommandRows(
  tx: Tx,
  scope: Scope,
  page: CommandFilter & { now: number; before: string | undefined; limit: number },
): Promise<CommandRow[]> {
  return await tx
    .select()
    .from(t)
    .where(and(await matching(tx, scope, page), page.before ? lt(t.id, page.before) : undefined))
    .orderBy(desc(t.id))
    .limit(page.limit);
}

/** How many commands match, counted no further than `most`. */
export async function countCommands(
  tx: Tx,
  scope: Scope,
  filter: CommandFilter & { now: number; most: number },
): Promise<number> {
  const wanted = await matching(tx, scope, filter);
  const some = tx.select({ id: t.id }).from(t).where(wanted).limit(filter.most).as('some');
  const [row] = await tx.select({ n: sql<number>`count(*)::int` }).from(some);
  return row?.n ?? 0;
}
