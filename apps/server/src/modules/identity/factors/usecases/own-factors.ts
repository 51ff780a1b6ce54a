import { type Factors, MusterError, type Passkey, type PasskeyId, type UserId } from '@muster/contracts';
import { Secret } from 'otpauth';
import type { Tx } from '../../../../platform/db/index.ts';
import type { Person } from '../../../../platform/http/index.ts';
import { findUser } from '../../db/users.ts';
import { announceUser } from '../../usecases/announce-user.ts';
import { refuseKeys } from '../../usecases/change-password.ts';
import {
  deletePasskey,
  deleteTotp,
  findTotp,
  insertTotp,
  isFactorDemanded,
  listPasskeys,
  readHeld,
  renamePasskeyRow,
  replaceRecoveryCodes,
  toPasskey,
} from '../db/factor-rows.ts';
import { addSessionMethod } from '../db/session-methods.ts';
import { hashRecoveryCode, newRecoveryCodes } from '../domain/recovery-code.ts';
import type { FactorsDeps } from '../factors-deps.ts';
import { checkTotp, totpOf } from './check-proof.ts';
import { demandFreshProof } from './prove.ts';

/** Bytes of a secret for one-time passwords (RFC 4226 recommends 20). */
const SECRET_BYTES = 20;

/** The second factors of the person who asks. */
export function listFactors(deps: FactorsDeps, actor: Person): Promise<Factors> {
  return deps.database.system('factors', async (tx) => {
    const user = await findUser(tx, actor.userId);
    const totp = await findTotp(tx, actor.userId);
    return {
      password: user?.passwordHash != null,
      totp: totp?.confirmedAt ? { confirmedAt: totp.confirmedAt } : null,
      recoveryCodesLeft: (await readHeld(tx, actor.userId)).recoveryCodes,
      passkeys: (await listPasskeys(tx, actor.userId)).map(toPasskey),
      required: await isFactorDemanded(tx, actor.userId),
    };
  });
}

/** Makes a secret for one-time passwords; it counts after a code of it was confirmed. */
export async function beginTotp(deps: FactorsDeps, actor: Person): Promise<{ secret: string; uri: string }> {
  demandFreshProof(actor);
  const secret = new Secret({ size: SECRET_BYTES }).base32;
  return deps.database.system('factors', async (tx) => {
    const user = await findUser(tx, actor.userId);
    const before = await findTotp(tx, actor.userId);
    if (before?.confirmedAt)
      throw new MusterError('conflict', 'There are one-time passwords already; give them up first.');
    await forgetTotp(deps, tx, actor.userId);
    await insertTotp(tx, actor.userId, await deps.vault.put(tx, secret));
    return { secret, uri: totpOf(secret, user?.email ?? actor.name).toString() };
  });
}

/** Confirms them with a first code; from now on they are asked for. */
export async function confirmTotp(deps: FactorsDeps, actor: Person, code: string): Promise<string[]> {
  demandFreshProof(actor);
  const recoveryCodes = await deps.database.system('factors', async (tx) => {
    if (!(await checkTotp(deps, tx, { userId: actor.userId, code, confirmed: false }))) return undefined;
    await addSessionMethod(tx, actor, 'totp');
    await tell(deps, tx, actor, { method: 'totp', enabled: true });
    return renew(tx, actor.userId);
  });
  if (!recoveryCodes) {
    throw new MusterError(
      'invalid_input',
      'This code is not right. Is the clock of the device that shows it right? Take the next code.',
      { field: 'code' },
    );
  }
  deps.events.committed();
  return recoveryCodes;
}

/** Gives one-time passwords up. */
export async function removeTotp(deps: FactorsDeps, actor: Person): Promise<void> {
  demandFreshProof(actor);
  await deps.database.system('factors', async (tx) => {
    const before = await findTotp(tx, actor.userId);
    if (!before) return;
    await forgetTotp(deps, tx, actor.userId);
    await demandWhatIsLeft(tx, actor.userId);
    if (before.confirmedAt) await tell(deps, tx, actor, { method: 'totp', enabled: false });
  });
  deps.events.committed();
}

/** New recovery codes; the old ones open nothing any more. */
export async function renewRecoveryCodes(deps: FactorsDeps, actor: Person): Promise<string[]> {
  demandFreshProof(actor);
  return deps.database.system('factors', async (tx) => {
    const { totp, passkeys } = await readHeld(tx, actor.userId);
    if (!totp && passkeys === 0)
      throw new MusterError('conflict', 'Recovery codes stand in for a second factor; set one up first.');
    const codes = await renew(tx, actor.userId);
    await deps.audit.append(tx, {
      by: actor,
      orgId: null,
      action: 'user.factor_changed',
      target: { kind: 'user', id: actor.userId, name: actor.name },
      after: { recoveryCodes: codes.length },
    });
    return codes;
  });
}

/** Renames a passkey of one's own. */
export async function renamePasskey(
  deps: FactorsDeps,
  actor: Person,
  { passkeyId, name }: { readonly passkeyId: PasskeyId; readonly name: string },
): Promise<Passkey> {
  refuseKeys(actor);
  return deps.database.system('factors', async (tx) => {
    if (!(await renamePasskeyRow(tx, actor.userId, passkeyId, name))) throw noPasskey(passkeyId);
    const row = (await listPasskeys(tx, actor.userId)).find(({ id }) => id === passkeyId);
    if (!row) throw noPasskey(passkeyId);
    await deps.audit.append(tx, {
      by: actor,
      orgId: null,
      action: 'user.factor_changed',
      target: { kind: 'passkey', id: passkeyId, name },
    });
    return toPasskey(row);
  });
}

/** Removes a passkey of one's own. */
export async function removePasskey(deps: FactorsDeps, actor: Person, passkeyId: PasskeyId): Promise<void> {
  demandFreshProof(actor);
  await deps.database.system('factors', async (tx) => {
    const name = await deletePasskey(tx, actor.userId, passkeyId);
    if (name === undefined) throw noPasskey(passkeyId);
    await demandWhatIsLeft(tx, actor.userId);
    await tell(deps, tx, actor, { method: 'passkey', enabled: false });
  });
  deps.events.committed();
}

const noPasskey = (passkeyId: PasskeyId) =>
  new MusterError('not_found', 'You have no such passkey.', { passkeyId });

/** Tells the log and the event bus that a factor came or went. */
export async function tell(
  deps: FactorsDeps,
  tx: Tx,
  actor: Person,
  { method, enabled }: { readonly method: 'totp' | 'passkey'; readonly enabled: boolean },
): Promise<void> {
  await deps.audit.append(tx, {
    by: actor,
    orgId: null,
    action: enabled ? 'user.factor_added' : 'user.factor_removed',
    target: { kind: 'user', id: actor.userId, name: actor.name },
    after: { method },
  });
  const type = enabled ? 'user.mfa.enabled' : 'user.mfa.disabled';
  await announceUser(deps, tx, { userId: actor.userId, type, payload: { method } });
}

/** Codes for a person who has a factor; those of before are gone. */
export async function renew(tx: Tx, userId: UserId): Promise<string[]> {
  const codes = newRecoveryCodes();
  await replaceRecoveryCodes(tx, userId, codes.map(hashRecoveryCode));
  return codes;
}

async function forgetTotp(deps: FactorsDeps, tx: Tx, userId: UserId): Promise<void> {
  const secretId = await deleteTotp(tx, userId);
  if (secretId) await deps.vault.remove(tx, secretId);
}

/** Without a factor nothing is left for the codes to stand in for, and a role may demand one. */
async function demandWhatIsLeft(tx: Tx, userId: UserId): Promise<void> {
  const { totp, passkeys } = await readHeld(tx, userId);
  if (totp || passkeys > 0) return;
  if (await isFactorDemanded(tx, userId))
    throw new MusterError('conflict', 'One of your roles demands a second factor; add another one first.');
  await replaceRecoveryCodes(tx, userId, []);
}
