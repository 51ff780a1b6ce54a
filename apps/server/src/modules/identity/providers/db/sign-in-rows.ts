import type { ProviderId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { Tx } from '../../../../platform/db/index.ts';

/** A sign-in that left for a provider. */
export type SignInRow = {
  readonly browserHash: Buffer;
  readonly redirectUri: string;
  readonly returnTo: string;
};

/** Remembers a sign-in until it comes back, and forgets those that never did. */
export async function insertSignIn(
  tx: Tx,
  signIn: SignInRow & {
    readonly stateHash: Buffer;
    readonly providerId: ProviderId;
    readonly now: Date;
    readonly expiresAt: Date;
  },
): Promise<void> {
  const { stateHash, browserHash, providerId, redirectUri, returnTo, now, expiresAt } = signIn;
  await tx.execute(sql`delete from provider_sign_ins where expires_at < ${now.toISOString()}`);
  await tx.execute(sql`
    insert into provider_sign_ins (state_hash, browser_hash, provider_id, redirect_uri, return_to, expires_at)
    values (${stateHash}, ${browserHash}, ${providerId}, ${redirectUri}, ${returnTo}, ${expiresAt.toISOString()})`);
}

/** Takes a sign-in away: whoever comes second with the same state finds nothing. */
export async function takeSignIn(
  tx: Tx,
  asked: { readonly stateHash: Buffer; readonly providerId: ProviderId; readonly now: Date },
): Promise<SignInRow | undefined> {
  const { stateHash, providerId, now } = asked;
  const { rows } = await tx.execute<SignInRow & { isFresh: boolean }>(sql`
    delete from provider_sign_ins where state_hash = ${stateHash} and provider_id = ${providerId}::uuid
    returning browser_hash as "browserHash", redirect_uri as "redirectUri", return_to as "returnTo",
      expires_at > ${now.toISOString()} as "isFresh"`);
  return rows[0]?.isFresh ? rows[0] : undefined;
}
