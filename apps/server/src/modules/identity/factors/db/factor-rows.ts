import type { Passkey, PasskeyId, UserId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { Tx } from '../../../../platform/db/index.ts';

const instant = (column: string) =>
  sql.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);

/** Which second factors a person can use now. */
export type Held = { readonly totp: boolean; readonly passkeys: number; readonly recoveryCodes: number };

export async function readHeld(tx: Tx, userId: UserId): Promise<Held> {
  const { rows } = await tx.execute<Held>(sql`
    select exists (select from totp_factors t where t.user_id = ${userId} and t.confirmed_at is not null) as totp,
      (select count(*)::int from passkeys p where p.user_id = ${userId}) as passkeys,
      (select count(*)::int from recovery_codes r where r.user_id = ${userId} and r.used_at is null) as "recoveryCodes"`);
  return rows[0] ?? { totp: false, passkeys: 0, recoveryCodes: 0 };
}

/** Whether one of the person's roles demands a second factor. */
export async function isFactorDemanded(tx: Tx, userId: UserId): Promise<boolean> {
  const { rows } = await tx.execute<{ demanded: boolean }>(
    sql`select ${factorDemanded(sql`${userId}::uuid`)} as demanded`,
  );
  return rows[0]?.demanded ?? false;
}

/** The same as an SQL expression, for the query that finds a session. */
export function factorDemanded(userId: ReturnType<typeof sql>) {
  return sql`muster.factor_demanded(${userId})`;
}

/** By what a person can prove who they are, as an SQL expression: text[]. A directory takes a password too. */
export function provableBy(userId: ReturnType<typeof sql>) {
  return sql`muster.provable_by(${userId})`;
}

export type TotpRow = {
  readonly secretId: string;
  readonly confirmedAt: string | null;
  readonly lastStep: string;
};

export async function findTotp(tx: Tx, userId: UserId): Promise<TotpRow | undefined> {
  const { rows } = await tx.execute<TotpRow>(sql`
    select secret_id as "secretId", ${instant('confirmed_at')} as "confirmedAt", last_step::text as "lastStep"
    from totp_factors where user_id = ${userId} for update`);
  return rows[0];
}

export async function insertTotp(tx: Tx, userId: UserId, secretId: string): Promise<void> {
  await tx.execute(sql`insert into totp_factors (user_id, secret_id) values (${userId}, ${secretId})`);
}

/** Takes a time step; false where it, or a later one, was taken before. The first one confirms. */
export async function takeTotpStep(tx: Tx, userId: UserId, step: number, at: Date): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    update totp_factors set last_step = ${step}, confirmed_at = coalesce(confirmed_at, ${at.toISOString()}::timestamptz)
    where user_id = ${userId} and last_step < ${step}`);
  return rowCount === 1;
}

export async function deleteTotp(tx: Tx, userId: UserId): Promise<string | undefined> {
  const { rows } = await tx.execute<{ secretId: string }>(
    sql`delete from totp_factors where user_id = ${userId} returning secret_id as "secretId"`,
  );
  return rows[0]?.secretId;
}

export async function replaceRecoveryCodes(tx: Tx, userId: UserId, hashes: readonly Buffer[]): Promise<void> {
  await tx.execute(sql`delete from recovery_codes where user_id = ${userId}`);
  for (const hash of hashes)
    await tx.execute(sql`insert into recovery_codes (user_id, code_hash) values (${userId}, ${hash})`);
}

/** Uses a code up; false where it is none of this person's, or was used. */
export async function useRecoveryCode(tx: Tx, userId: UserId, hash: Buffer, at: Date): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    update recovery_codes set used_at = ${at.toISOString()}::timestamptz
    where user_id = ${userId} and code_hash = ${hash} and used_at is null`);
  return rowCount === 1;
}

export type PasskeyRow = {
  readonly id: PasskeyId;
  readonly userId: UserId;
  readonly name: string;
  readonly credentialId: Buffer;
  readonly publicKey: Buffer;
  readonly counter: string;
  readonly transports: string[];
  readonly synced: boolean;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
};

const PASSKEY = sql`p.id, p.user_id as "userId", p.name, p.credential_id as "credentialId", p.public_key as "publicKey",
  p.counter::text as counter, p.transports, p.synced, ${instant('p.created_at')} as "createdAt",
  ${instant('p.last_used_at')} as "lastUsedAt"`;

export async function listPasskeys(tx: Tx, userId: UserId): Promise<PasskeyRow[]> {
  const { rows } = await tx.execute<PasskeyRow>(
    sql`select ${PASSKEY} from passkeys p where p.user_id = ${userId} order by p.id`,
  );
  return rows;
}

/** The passkey of a credential, if its person can still sign in. */
export async function findPasskey(tx: Tx, credentialId: Buffer): Promise<PasskeyRow | undefined> {
  const { rows } = await tx.execute<PasskeyRow>(sql`
    select ${PASSKEY} from passkeys p join users u on u.id = p.user_id
    where p.credential_id = ${credentialId} and u.deleted_at is null and u.disabled_at is null for update of p`);
  return rows[0];
}

/** False where somebody has this credential already. */
export async function insertPasskey(
  tx: Tx,
  row: Pick<PasskeyRow, 'id' | 'userId' | 'name' | 'credentialId' | 'publicKey' | 'transports' | 'synced'> & {
    readonly counter: number;
  },
): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    insert into passkeys (id, user_id, name, credential_id, public_key, counter, transports, synced)
    values (${row.id}, ${row.userId}, ${row.name}, ${row.credentialId}, ${row.publicKey}, ${row.counter},
      array(select jsonb_array_elements_text(${JSON.stringify(row.transports)}::jsonb)), ${row.synced})
    on conflict (credential_id) do nothing`);
  return rowCount === 1;
}

export async function touchPasskey(tx: Tx, id: PasskeyId, counter: number, at: Date): Promise<void> {
  await tx.execute(
    sql`update passkeys set counter = ${counter}, last_used_at = ${at.toISOString()}::timestamptz where id = ${id}`,
  );
}

export async function renamePasskeyRow(
  tx: Tx,
  userId: UserId,
  id: PasskeyId,
  name: string,
): Promise<boolean> {
  const { rowCount } = await tx.execute(
    sql`update passkeys set name = ${name} where id = ${id} and user_id = ${userId}`,
  );
  return rowCount === 1;
}

export async function deletePasskey(tx: Tx, userId: UserId, id: PasskeyId): Promise<string | undefined> {
  const { rows } = await tx.execute<{ name: string }>(
    sql`delete from passkeys where id = ${id} and user_id = ${userId} returning name`,
  );
  return rows[0]?.name;
}

/** Takes everything away; returns how many factors there were, and the sealed secret to remove. */
export async function deleteAllFactors(
  tx: Tx,
  userId: UserId,
): Promise<{ count: number; secretId: string | undefined }> {
  const { rowCount } = await tx.execute(sql`delete from passkeys where user_id = ${userId}`);
  await tx.execute(sql`delete from recovery_codes where user_id = ${userId}`);
  const secretId = await deleteTotp(tx, userId);
  return { count: (rowCount ?? 0) + (secretId ? 1 : 0), secretId };
}

/** As the API shows it. */
export function toPasskey({ id, name, createdAt, lastUsedAt, synced }: PasskeyRow): Passkey {
  return { id, name, createdAt, lastUsedAt, synced };
}
