import type { SessionId, UserId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { Tx } from '../../../../platform/db/index.ts';

export async function insertRefreshToken(
  tx: Tx,
  token: { readonly hash: Buffer; readonly sessionId: SessionId; readonly at: Date },
): Promise<void> {
  await tx.execute(sql`
    insert into refresh_tokens (token_hash, session_id, created_at)
    values (${token.hash}, ${token.sessionId}, ${token.at.toISOString()}::timestamptz)`);
}

/** Uses a token up; of two at the same moment only one gets the session. */
export async function useRefreshToken(tx: Tx, hash: Buffer, at: Date): Promise<SessionId | undefined> {
  const { rows } = await tx.execute<{ sessionId: SessionId }>(sql`
    update refresh_tokens set used_at = ${at.toISOString()}::timestamptz
    where token_hash = ${hash} and used_at is null returning session_id as "sessionId"`);
  return rows[0]?.sessionId;
}

/** Whose session a token that was used before belonged to. */
export async function findUsed(
  tx: Tx,
  hash: Buffer,
): Promise<{ sessionId: SessionId; userId: UserId; name: string; isLiving: boolean } | undefined> {
  const { rows } = await tx.execute<{
    sessionId: SessionId;
    userId: UserId;
    name: string;
    isLiving: boolean;
  }>(sql`
    select s.id as "sessionId", s.user_id as "userId", u.name, s.ended_at is null as "isLiving"
    from refresh_tokens r join sessions s on s.id = r.session_id join users u on u.id = s.user_id
    where r.token_hash = ${hash} and r.used_at is not null`);
  return rows[0];
}

/** Names of the person's roles, for the claims of a token: they inform, and decide nothing. */
export async function roleNames(tx: Tx, userId: UserId): Promise<string[]> {
  const { rows } = await tx.execute<{ name: string }>(sql`
    select distinct r.name from grants g join roles r on r.id = g.role_id
    where g.user_id = ${userId} order by r.name limit 20`);
  return rows.map(({ name }) => name);
}
