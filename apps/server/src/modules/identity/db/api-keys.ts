import type { ApiKeyId, DeviceId, SessionId, UserId } from '@muster/contracts';
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';
import { uuids } from '../../../platform/db/index.ts';
import { type HeldColumns, heldRoles, narrow, type Rights, readRightsOf } from '../../access/index.ts';
import { apiKeys } from './tables.ts';

/** A key with what it may do at this moment: never more than its maker. */
export type UsableKey = {
  readonly id: ApiKeyId;
  readonly name: string;
  readonly userId: UserId;
  readonly userName: string;
  readonly lastUsedAt: Date | null;
  /** Its node signs challenges: by itself the key opens nothing. */
  readonly signs: boolean;
  readonly rights: Rights;
};

export type KeyRow = typeof apiKeys.$inferSelect & { readonly userName: string };

/** The living key of a secret, whose maker may still sign in. For muster_system. */
export async function findKeyBySecret(tx: Tx, secretHash: Buffer, now: Date): Promise<UsableKey | undefined> {
  return (await findUsable(tx, sql`k.secret_hash = ${secretHash}`, now))[0];
}

/** Those of the keys that live; a key stands where a session would. For muster_system. */
export function findKeysById(tx: Tx, ids: readonly SessionId[], now: Date): Promise<UsableKey[]> {
  return findUsable(tx, sql`k.id = any (${uuids(ids)})`, now);
}

type Found = HeldColumns & {
  id: ApiKeyId;
  name: string;
  user_id: UserId;
  user_name: string;
  last_used_at: string | null;
  permissions: string[] | null;
  device_id: DeviceId | null;
  signs: boolean;
};

async function findUsable(tx: Tx, which: SQL, now: Date): Promise<UsableKey[]> {
  const { rows } = await tx.execute<Found>(sql`
    select k.id, k.name, k.user_id, u.name as user_name, k.last_used_at, k.permissions, k.device_id,
      k.public_key is not null as signs,
      ${heldRoles(sql`u.id`)}
    from api_keys k join users u on u.id = k.user_id
    where ${which} and k.revoked_at is null and k.expires_at > ${now.toISOString()}
      and u.deleted_at is null and u.disabled_at is null`);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    userId: row.user_id,
    userName: row.user_name,
    lastUsedAt: row.last_used_at === null ? null : new Date(row.last_used_at),
    signs: row.signs,
    rights: narrow(readRightsOf(row), {
      permissions: row.permissions,
      deviceId: row.device_id,
    }),
  }));
}

/** Writes down that a key is in use. */
export async function touchKey(tx: Tx, id: ApiKeyId, at: Date): Promise<void> {
  await tx.update(apiKeys).set({ lastUsedAt: at }).where(eq(apiKeys.id, id));
}

/** Keeps a new key. */
export async function insertKey(tx: Tx, key: typeof apiKeys.$inferInsert): Promise<void> {
  await tx.insert(apiKeys).values(key);
}

/** Keys of a person, newest first. */
export async function listKeyRows(tx: Tx, userId: UserId): Promise<KeyRow[]> {
  return read(tx, eq(apiKeys.userId, userId));
}

/** One key, whosever it is. */
export async function findKeyRow(tx: Tx, id: ApiKeyId): Promise<KeyRow | undefined> {
  return (await read(tx, eq(apiKeys.id, id)))[0];
}

/** Ends a key; the first end stays. */
export async function revokeKeyRow(tx: Tx, id: ApiKeyId, at: Date): Promise<void> {
  await tx
    .update(apiKeys)
    .set({ revokedAt: at })
    .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt)));
}

async function read(tx: Tx, which: SQL): Promise<KeyRow[]> {
  const userName = sql<string>`(select name from users where users.id = ${apiKeys.userId})`;
  const rows = await tx
    .select({ key: apiKeys, userName })
    .from(apiKeys)
    .where(which)
    .orderBy(sql`${apiKeys.id} desc`);
  return rows.map((row) => ({ ...row.key, userName: row.userName }));
}
