import { type FactorMethod, type FactorProof, MusterError, type UserId } from '@muster/contracts';
import type { Tx } from '../../../../platform/db/index.ts';
import { findUser, type UserRow } from '../../db/users.ts';
import { hashSecret, newSecret } from '../../session-token.ts';
import type { Proven, StartedSession, Visitor } from '../../sign-in-types.ts';
import { beginSession } from '../../usecases/begin-session.ts';
import { readHeld } from '../db/factor-rows.ts';
import { countFailure, deleteTicket, insertTicket, lockTicket } from '../db/ticket-rows.ts';
import { isMultiFactor } from '../domain/methods.ts';
import type { FactorsDeps } from '../factors-deps.ts';
import { checkProof } from './check-proof.ts';
import { type Page, type PasskeyAnswer, verifyAnswer } from './passkey-ceremony.ts';

const TICKET_MS = 5 * 60_000;

/**
 * Begins the session of somebody who has proved one factor or more; who has set up a second one owes it first: throws
 * factor_required with a ticket.
 */
export async function signInAs(deps: FactorsDeps, visitor: Visitor, proven: Proven): Promise<StartedSession> {
  const asked = await deps.database.system('sign-in', async (tx) => {
    const methods = isMultiFactor(proven.methods) ? [] : await owedMethods(tx, proven.user.id as UserId);
    if (methods.length === 0) return { session: await beginSession(deps, tx, { visitor, ...proven }) };
    const ticket = newSecret('mtk');
    await insertTicket(tx, {
      hash: hashSecret(ticket),
      userId: proven.user.id as UserId,
      methods: proven.methods,
      expiresAt: new Date(deps.clock.now() + TICKET_MS),
    });
    return { ticket, methods };
  });
  if (!asked.session) {
    const { ticket, methods } = asked;
    throw new MusterError('factor_required', 'A second factor is needed to sign in.', { ticket, methods });
  }
  deps.events.committed();
  return asked.session;
}

async function owedMethods(tx: Tx, userId: UserId): Promise<FactorMethod[]> {
  const { totp, passkeys, recoveryCodes } = await readHeld(tx, userId);
  if (!totp && passkeys === 0) return [];
  const methods: FactorMethod[] = [];
  if (passkeys > 0) methods.push('passkey');
  if (totp) methods.push('totp');
  if (recoveryCodes > 0) methods.push('recovery');
  return methods;
}

const WRONG = 'That does not prove it, or took too long; try again, or sign in anew.';

/** The second half of a sign-in. A ticket bears five wrong guesses, and none after its session began. */
export async function finishWithFactor(
  deps: FactorsDeps,
  visitor: Visitor,
  asked: { readonly ticket: string; readonly proof: FactorProof; readonly page: Page },
): Promise<StartedSession> {
  const hash = hashSecret(asked.ticket);
  const { session, user } = await deps.database.system('sign-in', async (tx) => {
    const ticket = await lockTicket(tx, hash, new Date(deps.clock.now()));
    const user = ticket && (await findUser(tx, ticket.userId));
    if (!user) return {};
    const { proof, page } = asked;
    if (!(await checkProof(deps, tx, { userId: ticket.userId, proof, page, purpose: 'factor' }))) {
      await countFailure(tx, hash);
      return { user };
    }
    await deleteTicket(tx, hash);
    const methods = [...ticket.methods, proof.method];
    return { user, session: await beginSession(deps, tx, { visitor, user, methods }) };
  });
  if (session) {
    deps.events.committed();
    return session;
  }
  tellFailure(deps, visitor, { method: asked.proof.method, user });
  throw new MusterError('unauthenticated', WRONG);
}

/** Signs in whoever holds the passkey and is known to it. */
export async function signInByPasskey(
  deps: FactorsDeps,
  visitor: Visitor,
  { page, answer }: { readonly page: Page; readonly answer: PasskeyAnswer },
): Promise<StartedSession> {
  const now = deps.clock.monotonic();
  const retryAfterMs = deps.throttles.address.waitMs(visitor.address, now);
  if (retryAfterMs > 0)
    throw new MusterError('rate_limited', 'Too many failed attempts from here; wait a little.', {
      retryAfterMs,
    });
  const session = await deps.database.system('sign-in', async (tx) => {
    const row = await verifyAnswer(deps, tx, { page, purpose: 'sign-in', answer });
    const user = row && (await findUser(tx, row.userId));
    return user ? beginSession(deps, tx, { visitor, user, methods: ['passkey'] }) : undefined;
  });
  if (session) {
    deps.events.committed();
    return session;
  }
  deps.throttles.address.failed(visitor.address, now);
  tellFailure(deps, visitor, { method: 'passkey' });
  throw new MusterError('unauthenticated', 'This passkey opens nothing here.');
}

/** The log may say whom it concerned; the answer never does. */
function tellFailure(
  { audit }: FactorsDeps,
  { address }: Visitor,
  { method, user }: { readonly method: string; readonly user?: UserRow | undefined },
): void {
  audit.denied({
    by: { kind: 'anonymous', id: null, name: user?.email ?? null, via: null },
    orgId: null,
    action: 'user.login_failed',
    target: user
      ? { kind: 'user', id: user.id, name: user.email }
      : { kind: 'factor', id: method, name: null },
    after: { method },
    address,
    code: 'unauthenticated',
  });
}

/** The person of a living ticket, for a challenge of their passkeys. */
export async function holderOf(deps: FactorsDeps, ticket: string): Promise<UserId> {
  const found = await deps.database.system('sign-in', (tx) =>
    lockTicket(tx, hashSecret(ticket), new Date(deps.clock.now())),
  );
  if (!found) throw new MusterError('unauthenticated', WRONG);
  return found.userId;
}
