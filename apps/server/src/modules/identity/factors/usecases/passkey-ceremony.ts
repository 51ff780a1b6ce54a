import { MusterError, type UserId } from '@muster/contracts';
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server';
import type { Tx } from '../../../../platform/db/index.ts';
import { newId } from '../../../../platform/new-id.ts';
import { findPasskey, listPasskeys, type PasskeyRow, touchPasskey } from '../db/factor-rows.ts';
import { insertChallenge, type Purpose, takeChallenge } from '../db/ticket-rows.ts';
import type { FactorsDeps } from '../factors-deps.ts';

/** The page that asks: browsers bind passkeys to its host, and sign its origin. */
export type Page = { readonly host: string; readonly secure: boolean };

const CHALLENGE_MS = 5 * 60_000;

/** Host without its port, and the origin; throws for an address, which no passkey can be bound to. */
export function partyOf({ host, secure }: Page): { readonly id: string; readonly origin: string } {
  const origin = `${secure ? 'https' : 'http'}://${host}`;
  if (!URL.canParse(origin))
    throw new MusterError('invalid_input', 'The Host header names no host.', { host });
  const { hostname } = new URL(origin);
  if (/^[\d.]+$|^\[/.test(hostname)) {
    throw new MusterError(
      'conflict',
      'Browsers keep passkeys for names only: open the console by its name, or as localhost.',
      { host },
    );
  }
  return { id: hostname, origin };
}

export const expiry = (deps: Pick<FactorsDeps, 'clock'>): Date => new Date(deps.clock.now() + CHALLENGE_MS);

/** A challenge for one person's passkeys, or for whichever the browser offers. */
export async function challenge(
  deps: FactorsDeps,
  page: Page,
  asked: { readonly purpose: Purpose; readonly userId: UserId | null },
) {
  const party = partyOf(page);
  return deps.database.system('passkeys', async (tx) => {
    const known = asked.userId ? await listPasskeys(tx, asked.userId) : [];
    const options = await generateAuthenticationOptions({
      rpID: party.id,
      // Alone it has to be both: something one has, and something one knows or is.
      userVerification: asked.purpose === 'sign-in' ? 'required' : 'preferred',
      allowCredentials: known.map((row) => ({
        id: row.credentialId.toString('base64url'),
        transports: row.transports as never,
      })),
    });
    const id = newId<string>();
    await insertChallenge(tx, { ...asked, id, challenge: options.challenge, expiresAt: expiry(deps) });
    return { challengeId: id, options: { ...options } };
  });
}

export type PasskeyAnswer = {
  readonly challengeId: string;
  readonly response: Readonly<Record<string, unknown>>;
};

/**
 * Whose passkey answered the challenge; undefined for a wrong answer, one that was given before, one for another page,
 * and a key whose counter fell behind. The challenge is used up either way.
 */
export async function verifyAnswer(
  deps: FactorsDeps,
  tx: Tx,
  {
    page,
    purpose,
    answer,
  }: { readonly page: Page; readonly purpose: Purpose; readonly answer: PasskeyAnswer },
): Promise<PasskeyRow | undefined> {
  const now = new Date(deps.clock.now());
  const asked = await takeChallenge(tx, answer.challengeId, purpose, now);
  const response = answer.response as unknown as AuthenticationResponseJSON;
  if (!asked || typeof response.id !== 'string') return undefined;
  const row = await findPasskey(tx, Buffer.from(response.id, 'base64url'));
  if (!row || (asked.userId && asked.userId !== row.userId)) return undefined;
  const party = partyOf(page);
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: asked.challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: purpose === 'sign-in',
      credential: {
        id: row.credentialId.toString('base64url'),
        publicKey: new Uint8Array(row.publicKey),
        counter: Number(row.counter),
      },
    });
    if (!verified) return undefined;
    await touchPasskey(tx, row.id, authenticationInfo.newCounter, now);
    return row;
  } catch {
    // What a browser sends is anybody's: whatever is wrong with it, it proves nothing.
    return undefined;
  }
}
