import { MusterError, type Passkey, type PasskeyChallenge, type PasskeyId } from '@muster/contracts';
import {
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { Person } from '../../../../platform/http/index.ts';
import { newId } from '../../../../platform/new-id.ts';
import { findUser } from '../../db/users.ts';
import { insertPasskey, listPasskeys, readHeld, toPasskey } from '../db/factor-rows.ts';
import { addSessionMethod } from '../db/session-methods.ts';
import { insertChallenge, takeChallenge } from '../db/ticket-rows.ts';
import type { FactorsDeps } from '../factors-deps.ts';
import { renew, tell } from './own-factors.ts';
import { expiry, type Page, type PasskeyAnswer, partyOf } from './passkey-ceremony.ts';
import { demandFreshProof } from './prove.ts';

const MOST_PASSKEYS = 20;

/** A challenge for a new passkey of the person who asks. */
export async function challengeForNew(
  deps: FactorsDeps,
  actor: Person,
  page: Page,
): Promise<PasskeyChallenge> {
  demandFreshProof(actor);
  const party = partyOf(page);
  return deps.database.system('passkeys', async (tx) => {
    const user = await findUser(tx, actor.userId);
    const known = await listPasskeys(tx, actor.userId);
    if (known.length >= MOST_PASSKEYS)
      throw new MusterError(
        'conflict',
        `Nobody needs more than ${MOST_PASSKEYS} passkeys; remove one first.`,
      );
    const options = await generateRegistrationOptions({
      rpName: 'Muster',
      rpID: party.id,
      userName: user?.email ?? actor.name,
      userDisplayName: user?.name ?? actor.name,
      userID: new TextEncoder().encode(actor.userId),
      attestationType: 'none',
      excludeCredentials: known.map((row) => ({ id: row.credentialId.toString('base64url') })),
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
    });
    const id = newId<string>();
    const { challenge } = options;
    await insertChallenge(tx, {
      id,
      purpose: 'register',
      userId: actor.userId,
      challenge,
      expiresAt: expiry(deps),
    });
    return { challengeId: id, options: { ...options } };
  });
}

type NewPasskey = { readonly page: Page; readonly name: string; readonly answer: PasskeyAnswer };

/** Keeps a passkey that answered its challenge. With the first factor come recovery codes. */
export async function addPasskey(
  deps: FactorsDeps,
  actor: Person,
  { page, name, answer }: NewPasskey,
): Promise<{ passkey: Passkey; recoveryCodes: string[] }> {
  demandFreshProof(actor);
  const party = partyOf(page);
  const now = new Date(deps.clock.now());
  const asked = await deps.database.system('passkeys', (tx) =>
    takeChallenge(tx, answer.challengeId, 'register', now),
  );
  if (asked?.userId !== actor.userId) throw refused();
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response: answer.response as unknown as RegistrationResponseJSON,
    expectedChallenge: asked.challenge,
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: false,
  }).catch((cause: unknown) => {
    throw refused(cause);
  });
  if (!verified) throw refused();
  const { credential, credentialBackedUp } = registrationInfo;
  const id = newId<PasskeyId>();
  const added = await deps.database.system('passkeys', async (tx) => {
    const before = await readHeld(tx, actor.userId);
    const isNew = await insertPasskey(tx, {
      id,
      userId: actor.userId,
      name,
      credentialId: Buffer.from(credential.id, 'base64url'),
      publicKey: Buffer.from(credential.publicKey),
      counter: credential.counter,
      transports: credential.transports ?? [],
      synced: credentialBackedUp,
    });
    if (!isNew)
      throw new MusterError('conflict', 'This passkey is registered here already; use another one.');
    await addSessionMethod(tx, actor, 'passkey');
    await tell(deps, tx, actor, { method: 'passkey', enabled: true });
    const recoveryCodes = before.recoveryCodes === 0 ? await renew(tx, actor.userId) : [];
    const row = (await listPasskeys(tx, actor.userId)).find((one) => one.id === id);
    if (!row) throw new Error('a passkey that was added is not there');
    return { passkey: toPasskey(row), recoveryCodes };
  });
  deps.events.committed();
  return added;
}

function refused(cause?: unknown): MusterError {
  const text = 'The passkey did not answer the challenge of this page, or took too long; try again.';
  return new MusterError('invalid_input', text, {}, cause);
}
