import type { UserId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { Tx } from '../../../../platform/db/index.ts';

/** Guesses that a ticket bears; the next sign-in begins with the password again. */
const MOST_FAILURES = 5;

export type Ticket = { readonly userId: UserId; readonly methods: string[] };

export async function insertTicket(
  tx: Tx,
  ticket: {
    readonly hash: Buffer;
    readonly userId: UserId;
    readonly methods: readonly string[];
    readonly expiresAt: Date;
  },
): Promise<void> {
  await tx.execute(sql`
    insert into sign_in_tickets (token_hash, user_id, methods, expires_at)
    values (${ticket.hash}, ${ticket.userId}, array(select jsonb_array_elements_text(${JSON.stringify(ticket.methods)}::jsonb)),
      ${ticket.expiresAt.toISOString()}::timestamptz)`);
}

/** A living ticket, locked, so that two guesses at one moment count as two. */
export async function lockTicket(tx: Tx, hash: Buffer, now: Date): Promise<Ticket | undefined> {
  const { rows } = await tx.execute<Ticket>(sql`
    select t.user_id as "userId", t.methods from sign_in_tickets t join users u on u.id = t.user_id
    where t.token_hash = ${hash} and t.expires_at > ${now.toISOString()}::timestamptz and t.failures < ${MOST_FAILURES}
      and u.deleted_at is null and u.disabled_at is null
    for update of t`);
  return rows[0];
}

export async function countFailure(tx: Tx, hash: Buffer): Promise<void> {
  await tx.execute(sql`update sign_in_tickets set failures = failures + 1 where token_hash = ${hash}`);
}

export async function deleteTicket(tx: Tx, hash: Buffer): Promise<void> {
  await tx.execute(sql`delete from sign_in_tickets where token_hash = ${hash}`);
}

export type Challenge = { readonly challenge: string; readonly userId: UserId | null };
export type Purpose = 'sign-in' | 'factor' | 'prove' | 'register';

export async function insertChallenge(
  tx: Tx,
  row: {
    readonly id: string;
    readonly purpose: Purpose;
    readonly userId: UserId | null;
    readonly challenge: string;
    readonly expiresAt: Date;
  },
): Promise<void> {
  await tx.execute(sql`
    insert into passkey_challenges (id, purpose, user_id, challenge, expires_at)
    values (${row.id}, ${row.purpose}, ${row.userId}, ${row.challenge}, ${row.expiresAt.toISOString()}::timestamptz)`);
}

/** Uses a challenge up, whatever comes of it. */
export async function takeChallenge(
  tx: Tx,
  id: string,
  purpose: Purpose,
  now: Date,
): Promise<Challenge | undefined> {
  const { rows } = await tx.execute<Challenge>(sql`
    delete from passkey_challenges where id = ${id}::uuid and purpose = ${purpose}
      and expires_at > ${now.toISOString()}::timestamptz
    returning challenge, user_id as "userId"`);
  return rows[0];
}

/** Removes what nobody came back for. */
export async function pruneWaiting(tx: Tx, now: Date): Promise<void> {
  await tx.execute(sql`delete from sign_in_tickets where expires_at < ${now.toISOString()}::timestamptz`);
  await tx.execute(sql`delete from passkey_challenges where expires_at < ${now.toISOString()}::timestamptz`);
}
