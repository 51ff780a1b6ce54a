import { sql } from 'drizzle-orm';
import type { JWK } from 'jose';
import type { Tx } from '../../../../platform/db/index.ts';

/** A key that access tokens are signed with. */
export type KeyRow = {
  readonly id: string;
  readonly secretId: string;
  readonly publicKey: JWK;
  readonly createdAt: Date;
};

/** All keys, the newest first. */
export async function listKeys(tx: Tx): Promise<KeyRow[]> {
  const { rows } = await tx.execute<Omit<KeyRow, 'createdAt'> & { createdAt: string }>(sql`
    select id, secret_id as "secretId", public_key as "publicKey", created_at as "createdAt"
    from access_token_keys order by created_at desc, id desc`);
  return rows.map((row) => ({ ...row, createdAt: new Date(row.createdAt) }));
}

/** One maker of keys at a time, or two servers would make two. */
export async function lockKeys(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('muster access token keys'))`);
}

export async function insertKey(tx: Tx, key: KeyRow): Promise<void> {
  await tx.execute(sql`
    insert into access_token_keys (id, secret_id, public_key, created_at)
    values (${key.id}, ${key.secretId}, ${JSON.stringify(key.publicKey)}::jsonb, ${key.createdAt.toISOString()}::timestamptz)`);
}

export async function deleteKey(tx: Tx, id: string): Promise<void> {
  await tx.execute(sql`delete from access_token_keys where id = ${id}::uuid`);
}
