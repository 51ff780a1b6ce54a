import type { Session, SessionId, UserId } from '@muster/contracts';
import { SETTINGS } from '@muster/contracts/settings';
import { and, eq, isNull, lt, ne, type SQL, sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';
import { newId } from '../../../platform/new-id.ts';
import { type HeldColumns, heldRoles, type Rights, readRightsOf } from '../../access/index.ts';
import { factorDemanded, provableBy } from '../factors/db/factor-rows.ts';
import { isMultiFactor } from '../factors/domain/methods.ts';
import { sessions } from './tables.ts';

/** A session with what its person may do at this moment. */
export type SessionRow = {
  readonly id: SessionId;
  readonly userId: UserId;
  readonly email: string;
  readonly name: string;
  readonly seenAt: Date;
  readonly createdAt: Date;
  readonly rights: Rights;
  /** A role demands a second factor, and this session was proved with one alone. */
  readonly mustSetUpFactor: boolean;
  /** The last proof is older than dangerous things allow. */
  readonly isProofOld: boolean;
  /** By what the person can prove it again; empty while it is not old. */
  readonly provableBy: readonly string[];
};

type Found = HeldColumns & {
  id: SessionId;
  user_id: UserId;
  email: string;
  name: string;
  seen_at: string;
  created_at: string;
  methods: string[];
  demanded: boolean;
  proof_old: boolean;
  provable_by: string[] | null;
};

/** The living session of a token, with the rights of this moment. */
export async function findSession(tx: Tx, tokenHash: Buffer, now: Date): Promise<SessionRow | undefined> {
  const [row] = await findLiving(tx, sql`s.token_hash = ${tokenHash}`, now);
  return row;
}

/** The living session of an id, with the rights of this moment: by equality, because a list of one is planned as of many. */
export async function findSessionById(tx: Tx, id: SessionId, now: Date): Promise<SessionRow | undefined> {
  const [row] = await findLiving(tx, sql`s.id = ${id}::uuid`, now);
  return row;
}

/** Those of the sessions that live, each with the rights of this moment. */
export async function findSessionsById(tx: Tx, ids: readonly SessionId[], now: Date): Promise<SessionRow[]> {
  const list = JSON.stringify(ids);
  return findLiving(tx, sql`s.id in (select jsonb_array_elements_text(${list}::jsonb)::uuid)`, now);
}

async function findLiving(tx: Tx, which: SQL, now: Date): Promise<SessionRow[]> {
  const { rows } = await tx.execute<Found>(sql`
    select s.id, s.user_id, u.email, u.name, s.seen_at, s.created_at,
      s.methods, ${factorDemanded(sql`u.id`)} as demanded, ${isProofOld(now)} as proof_old,
      case when ${isProofOld(now)} then ${provableBy(sql`u.id`)} end as provable_by,
      ${heldRoles(sql`u.id`)}
    from sessions s join users u on u.id = s.user_id
    where ${which} and s.ended_at is null and s.expires_at > ${now.toISOString()}
      and u.deleted_at is null and u.disabled_at is null`);
  return rows.map((row) => ({
    id: row.id,
    userId: row.user_id,
    email: row.email,
    name: row.name,
    seenAt: new Date(row.seen_at),
    createdAt: new Date(row.created_at),
    rights: readRightsOf(row),
    mustSetUpFactor: row.demanded && !isMultiFactor(row.methods),
    isProofOld: row.proof_old,
    provableBy: row.provable_by ?? [],
  }));
}

/** By the setting of this moment; 0 minutes: never. */
function isProofOld(now: Date): SQL {
  const { byDefault } = SETTINGS['signIn.stepUpMinutes'];
  return sql`muster.is_proof_old(s.proved_at, ${now.toISOString()}::timestamptz, ${byDefault}::int)`;
}

/** Living sessions of a person, the newest first. */
export async function listSessions(tx: Tx, userId: UserId, now: Date): Promise<Omit<Session, 'current'>[]> {
  const instant = (column: string) =>
    sql.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);
  const { rows } = await tx.execute<Omit<Session, 'current'>>(sql`
    select id, address, user_agent as "userAgent", methods, ${instant('created_at')} as "createdAt",
      ${instant('seen_at')} as "seenAt", ${instant('expires_at')} as "expiresAt"
    from sessions where user_id = ${userId} and ended_at is null and expires_at > ${now.toISOString()}::timestamptz
    order by created_at desc, id limit 200`);
  return rows;
}

export type NewSession = {
  readonly userId: UserId;
  readonly methods: readonly string[];
  readonly tokenHash: Buffer;
  readonly address: string;
  readonly userAgent: string;
  readonly at: Date;
  readonly expiresAt: Date;
};

/** Keeps a new session. */
export async function insertSession(tx: Tx, session: NewSession): Promise<SessionId> {
  const { at, ...rest } = session;
  const id = newId<SessionId>();
  await tx
    .insert(sessions)
    .values({ ...rest, methods: [...rest.methods], id, createdAt: at, seenAt: at, provedAt: at });
  return id;
}

/** Moves the end of a session that is in use. */
export async function extendSession(tx: Tx, id: SessionId, seenAt: Date, expiresAt: Date): Promise<void> {
  await tx.update(sessions).set({ seenAt, expiresAt }).where(eq(sessions.id, id));
}

/** Ends a session; one that has ended stays as it ended. */
export async function endSession(tx: Tx, id: SessionId, at: Date): Promise<void> {
  await tx
    .update(sessions)
    .set({ endedAt: at })
    .where(and(eq(sessions.id, id), isNull(sessions.endedAt)));
}

/** Ends what is left of a person's sessions, one excepted; returns which ended. */
export async function endSessionsOf(
  tx: Tx,
  userId: UserId,
  at: Date,
  except?: SessionId,
): Promise<SessionId[]> {
  const rows = await tx
    .update(sessions)
    .set({ endedAt: at })
    .where(
      and(
        eq(sessions.userId, userId),
        isNull(sessions.endedAt),
        except ? ne(sessions.id, except) : undefined,
      ),
    )
    .returning({ id: sessions.id });
  return rows.map((row) => row.id as SessionId);
}

/** Whether the person was signed in from this address before. */
export async function isKnownAddress(tx: Tx, userId: UserId, address: string): Promise<boolean> {
  const found = await tx
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.userId, userId), eq(sessions.address, address)))
    .limit(1);
  return found.length > 0;
}

/** Removes sessions that expired before `before`. */
export async function pruneSessions(tx: Tx, before: Date): Promise<void> {
  await tx.delete(sessions).where(lt(sessions.expiresAt, before));
}
