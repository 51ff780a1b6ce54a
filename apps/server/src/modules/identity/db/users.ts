import { BUILT_IN_ROLES, type UserId } from '@muster/contracts';
import { and, count, eq, isNull, sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';
import { newId } from '../../../platform/new-id.ts';
import { type HeldColumns, heldRoles, insertGrant, type Rights, readRightsOf } from '../../access/index.ts';
import { users } from './tables.ts';

export type UserRow = typeof users.$inferSelect;

/** Whether anybody was ever created here; deleted people count, or set-up would open again. */
export async function hasUsers(tx: Tx): Promise<boolean> {
  const [row] = await tx.select({ total: count() }).from(users);
  return (row?.total ?? 0) > 0;
}

/** Makes two set-ups at one moment wait for each other; held until the transaction ends. */
export async function lockUsers(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('muster.users'))`);
}

/** The person who may sign in under this address. */
export async function findUserByEmail(tx: Tx, email: string): Promise<UserRow | undefined> {
  const [row] = await tx
    .select()
    .from(users)
    .where(and(eq(users.email, email.toLowerCase()), isNull(users.deletedAt), isNull(users.disabledAt)));
  return row;
}

/** Adds a person with every right in every organisation. */
export async function insertAdministrator(
  tx: Tx,
  person: { readonly email: string; readonly name: string; readonly passwordHash: string },
): Promise<UserRow> {
  const [row] = await tx
    .insert(users)
    .values({ ...person, id: newId<UserId>(), email: person.email.toLowerCase() })
    .returning();
  if (!row) throw new Error('an inserted user came back empty');
  await makeAdministrator(tx, row.id as UserId);
  return row;
}

/** A person by id, deleted ones not. */
export async function findUser(tx: Tx, id: UserId): Promise<UserRow | undefined> {
  const [row] = await tx
    .select()
    .from(users)
    .where(and(eq(users.id, id), isNull(users.deletedAt)));
  return row;
}

/** Gives a person every right in every organisation. */
export async function makeAdministrator(tx: Tx, userId: UserId): Promise<void> {
  const everywhere = { orgId: null, siteId: null, groupId: null };
  await insertGrant(tx, { ...everywhere, userId, roleId: BUILT_IN_ROLES.admin.id, createdBy: null });
}

/** What a person may do at this moment. For muster_system. */
export async function readRights(tx: Tx, userId: UserId): Promise<Rights> {
  const { rows } = await tx.execute<HeldColumns>(
    sql`select ${heldRoles(sql`u.id`)} from users u where u.id = ${userId}::uuid`,
  );
  return readRightsOf(rows[0] ?? { held_roles: null, org_ids: null });
}

/** Adds a person who has no password yet. */
export async function insertInvited(
  tx: Tx,
  person: { readonly email: string; readonly name: string },
): Promise<UserId> {
  const id = newId<UserId>();
  await tx.insert(users).values({ id, name: person.name, email: person.email.toLowerCase() });
  return id;
}

/** Whether a living person has this address, disabled ones included. */
export async function isTakenEmail(tx: Tx, email: string): Promise<boolean> {
  return (await tx.$count(users, and(eq(users.email, email.toLowerCase()), isNull(users.deletedAt)))) > 0;
}

/** Changes what is known of a person. */
export async function writeUser(
  tx: Tx,
  id: UserId,
  change: Partial<Pick<UserRow, 'passwordHash' | 'disabledAt' | 'deletedAt'>>,
): Promise<void> {
  await tx.update(users).set(change).where(eq(users.id, id));
}
