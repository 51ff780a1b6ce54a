import { type FactorProof, MusterError, type UserId } from '@muster/contracts';
import { Secret, TOTP } from 'otpauth';
import type { Tx } from '../../../../platform/db/index.ts';
import { findTotp, takeTotpStep, useRecoveryCode } from '../db/factor-rows.ts';
import type { Purpose } from '../db/ticket-rows.ts';
import { hashRecoveryCode } from '../domain/recovery-code.ts';
import type { FactorsDeps } from '../factors-deps.ts';
import { type Page, verifyAnswer } from './passkey-ceremony.ts';

const STEP_MS = 30_000;
/** A clock may be one step off to either side. */
const WINDOW = 1;

/**
 * Whether the proof is this person's. A code, a challenge and a recovery code count once. Throws rate_limited for too many
 * codes: six digits can be guessed, which nothing else here can.
 */
export async function checkProof(
  deps: FactorsDeps,
  tx: Tx,
  asked: {
    readonly userId: UserId;
    readonly proof: FactorProof;
    readonly page: Page;
    readonly purpose: Purpose;
  },
): Promise<boolean> {
  const { userId, proof, page, purpose } = asked;
  const at = new Date(deps.clock.now());
  switch (proof.method) {
    case 'totp':
      countGuess(deps, userId);
      return checkTotp(deps, tx, { userId, code: proof.code, confirmed: true });
    case 'recovery':
      return useRecoveryCode(tx, userId, hashRecoveryCode(proof.code), at);
    case 'passkey':
      return (await verifyAnswer(deps, tx, { page, purpose, answer: proof }))?.userId === userId;
  }
}

/**
 * Counts before the code is looked at, so that guesses at one moment are all counted, and per person, so that new tickets
 * and sessions bring no new guesses.
 */
function countGuess({ throttles, clock }: FactorsDeps, userId: UserId): void {
  const key = `totp ${userId}`;
  const now = clock.monotonic();
  const retryAfterMs = throttles.account.waitMs(key, now);
  if (retryAfterMs > 0) {
    throw new MusterError(
      'rate_limited',
      `Too many codes; try again in ${Math.ceil(retryAfterMs / 60_000)} min, or use a passkey or a recovery code.`,
      { retryAfterMs },
    );
  }
  throttles.account.failed(key, now);
}

/** Whether the code is right for now and was not taken before; `confirmed` tells whether the secret must count already. */
export async function checkTotp(
  deps: FactorsDeps,
  tx: Tx,
  {
    userId,
    code,
    confirmed,
  }: { readonly userId: UserId; readonly code: string; readonly confirmed: boolean },
): Promise<boolean> {
  const row = await findTotp(tx, userId);
  if (!row || (row.confirmedAt !== null) !== confirmed) return false;
  const now = deps.clock.now();
  const totp = totpOf(await deps.vault.read(tx, row.secretId));
  const delta = totp.validate({ token: code.replace(/\s/g, ''), timestamp: now, window: WINDOW });
  if (delta === null) return false;
  return takeTotpStep(tx, userId, Math.floor(now / STEP_MS) + delta, new Date(now));
}

/** One-time passwords of a base32 secret: six digits, half a minute, SHA-1, which is what every app knows. */
export function totpOf(secret: string, label = ''): TOTP {
  return new TOTP({ issuer: 'Muster', label, secret: Secret.fromBase32(secret) });
}
