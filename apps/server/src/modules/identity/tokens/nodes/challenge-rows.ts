import type { SessionId, UserId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { Tx } from '../../../../platform/db/index.ts';

/** A key of a node, and what its node has to sign. `id` stands where a session would. */
export type Challenged = { readonly id: SessionId; readonly userId: UserId; readonly publicKey: Buffer };

/** Keeps the challenge of a living key that signs, in place of an earlier one; undefined for any other secret. */
export async function putChallenge(
  tx: Tx,
  secretHash: Buffer,
  { challenge, at }: { readonly challenge: string; readonly at: Date },
): Promise<SessionId | undefined> {
  const { rows } = await tx.execute<{ id: SessionId }>(sql`
    update api_keys set challenge = ${challenge}, challenge_at = ${at.toISOString()}::timestamptz
    where secret_hash = ${secretHash} and public_key is not null and revoked_at is null
      and expires_at > ${at.toISOString()}::timestamptz
    returning id`);
  return rows[0]?.id;
}

/** Takes the challenge of a key, which nobody gets a second time; undefined when none was made since `since`. */
export async function takeChallenge(
  tx: Tx,
  secretHash: Buffer,
  since: Date,
): Promise<(Challenged & { readonly challenge: string }) | undefined> {
  const { rows } = await tx.execute<{
    id: SessionId;
    userId: UserId;
    publicKey: Buffer;
    challenge: string;
  }>(sql`
    with taken as (
      select id, challenge from api_keys
      where secret_hash = ${secretHash} and challenge is not null
        and challenge_at > ${since.toISOString()}::timestamptz
      for update)
    update api_keys k set challenge = null, challenge_at = null
    from taken where k.id = taken.id
    returning k.id, k.user_id as "userId", k.public_key as "publicKey", taken.challenge`);
  return rows[0];
}
