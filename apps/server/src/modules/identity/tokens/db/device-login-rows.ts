import type { DeviceLogin, SessionId, UserId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { Tx } from '../../../../platform/db/index.ts';
import type { WaitingLogin } from '../domain/poll.ts';

export type NewDeviceLogin = {
  readonly deviceCodeHash: Buffer;
  readonly userCodeHash: Buffer;
  readonly client: string;
  readonly address: string;
  readonly userAgent: string;
  readonly at: Date;
  readonly expiresAt: Date;
  readonly intervalS: number;
};

export async function insertDeviceLogin(tx: Tx, login: NewDeviceLogin): Promise<void> {
  await tx.execute(sql`
    insert into device_logins (device_code_hash, user_code_hash, client, address, user_agent, created_at, expires_at, interval_s)
    values (${login.deviceCodeHash}, ${login.userCodeHash}, ${login.client}, ${login.address}, ${login.userAgent},
      ${login.at.toISOString()}::timestamptz, ${login.expiresAt.toISOString()}::timestamptz, ${login.intervalS})`);
}

/** How many codes of an address wait. */
export async function countWaiting(tx: Tx, address: string, now: Date): Promise<number> {
  const { rows } = await tx.execute<{ n: number }>(sql`
    select count(*)::int as n from device_logins
    where address = ${address} and expires_at > ${now.toISOString()}::timestamptz`);
  return rows[0]?.n ?? 0;
}

/** What asks with a code that nobody has decided about yet, locked. */
export async function lockAsked(
  tx: Tx,
  userCodeHash: Buffer,
  now: Date,
): Promise<Omit<DeviceLogin, 'userCode'> | undefined> {
  const instant = (column: string) =>
    sql.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);
  const { rows } = await tx.execute<Omit<DeviceLogin, 'userCode'>>(sql`
    select client, address, user_agent as "userAgent", ${instant('created_at')} as "createdAt",
      ${instant('expires_at')} as "expiresAt"
    from device_logins
    where user_code_hash = ${userCodeHash} and approved is null and expires_at > ${now.toISOString()}::timestamptz
    for update`);
  return rows[0];
}

export async function decideDeviceLogin(
  tx: Tx,
  userCodeHash: Buffer,
  decision: { readonly approved: boolean; readonly userId: UserId; readonly sessionId: SessionId },
): Promise<void> {
  await tx.execute(sql`
    update device_logins set approved = ${decision.approved}, decided_by = ${decision.userId},
      decided_in = ${decision.sessionId}
    where user_code_hash = ${userCodeHash}`);
}

/** A login as its program asks for it, with the session that approved it while that lives. */
export type PolledLogin = WaitingLogin & {
  readonly userId: UserId | null;
  /** How the approving session was proved; null once it has ended. */
  readonly methods: string[] | null;
};

/** The login of a device code, locked, so that an approval is fetched once. */
export async function lockPolled(
  tx: Tx,
  deviceCodeHash: Buffer,
  now: Date,
): Promise<PolledLogin | undefined> {
  const { rows } = await tx.execute<
    Omit<PolledLogin, 'expiresAt' | 'polledAt'> & { expiresAt: string; polledAt: string | null }
  >(sql`
    select d.expires_at as "expiresAt", d.polled_at as "polledAt", d.interval_s as "intervalS", d.approved,
      d.decided_by as "userId",
      (select s.methods from sessions s where s.id = d.decided_in and s.ended_at is null
        and s.expires_at > ${now.toISOString()}::timestamptz) as methods
    from device_logins d where d.device_code_hash = ${deviceCodeHash} for update of d`);
  const [row] = rows;
  if (!row) return undefined;
  return {
    ...row,
    expiresAt: new Date(row.expiresAt),
    polledAt: row.polledAt === null ? null : new Date(row.polledAt),
  };
}

export async function notePoll(tx: Tx, deviceCodeHash: Buffer, at: Date, intervalS: number): Promise<void> {
  await tx.execute(sql`
    update device_logins set polled_at = ${at.toISOString()}::timestamptz, interval_s = ${intervalS}
    where device_code_hash = ${deviceCodeHash}`);
}

export async function deleteDeviceLogin(tx: Tx, deviceCodeHash: Buffer): Promise<void> {
  await tx.execute(sql`delete from device_logins where device_code_hash = ${deviceCodeHash}`);
}

/** Removes codes that nobody came back for. */
export async function pruneDeviceLogins(tx: Tx, now: Date): Promise<void> {
  await tx.execute(sql`delete from device_logins where expires_at < ${now.toISOString()}::timestamptz`);
}
