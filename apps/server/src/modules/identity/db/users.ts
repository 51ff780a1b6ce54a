import type { UserId } from '@muster/contracts';
import { and, count, eq, isNull, sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';
import { newId } from '../../../platform/new-id.ts';
import type { Role } from '../domain/roles.ts';
import { grants, users } from './tables.ts';

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
  await tx.insert(grants).values({ id: newId<string>(), userId: row.id, role: 'administrator' });
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

/** The roles that a person has anywhere. */
export async function findRoles(tx: Tx, userId: UserId): Promise<Role[]> {
  const rows = await tx.selectDistinct({ role: grants.role }).from(grants).where(eq(grants.userId, userId));
  return rows.map((row) => row.role as Role);
}
