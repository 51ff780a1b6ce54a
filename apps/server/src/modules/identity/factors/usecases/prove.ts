import { MusterError, type Proof } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { type Person, proofTooOld } from '../../../../platform/http/index.ts';
import { findUser } from '../../db/users.ts';
import { refuseKeys } from '../../usecases/change-password.ts';
import type { FactorsDeps } from '../factors-deps.ts';
import { checkProof } from './check-proof.ts';
import type { Page } from './passkey-ceremony.ts';

/**
 * Throws unless a person proved who they are a short while ago. A key never did: with a factor of its own making it would
 * sign in as its maker, and be more than it is.
 */
export function demandFreshProof(actor: Person): void {
  refuseKeys(actor);
  if (actor.isProofOld) throw proofTooOld(actor);
}

/** Proves again who the person of this session is. Guesses are throttled as passwords are. */
export async function prove(
  deps: FactorsDeps,
  actor: Person,
  { proof, page }: { readonly proof: Proof; readonly page: Page },
): Promise<Date> {
  if (actor.key) throw new MusterError('forbidden', 'An API key cannot prove who somebody is; sign in.');
  const throttled = `${actor.userId} prove`;
  const monotonic = deps.clock.monotonic();
  const retryAfterMs = deps.throttles.person.waitMs(throttled, monotonic);
  if (retryAfterMs > 0)
    throw new MusterError('rate_limited', 'Too many wrong proofs; wait a little.', { retryAfterMs });
  if (!(await holds(deps, actor, { proof, page }))) {
    deps.throttles.person.failed(throttled, monotonic);
    deps.audit.denied({
      by: actor,
      orgId: null,
      action: 'user.login_failed',
      target: { kind: 'factor', id: proof.method, name: null },
      address: actor.address,
      code: 'unauthenticated',
    });
    throw new MusterError('unauthenticated', 'That does not prove who you are.');
  }
  const provedAt = new Date(deps.clock.now());
  await deps.database.system('sign-in', async (tx) => {
    await tx.execute(sql`
      update sessions set proved_at = ${provedAt.toISOString()}::timestamptz,
        methods = case when ${proof.method} = any (methods) then methods else methods || ${proof.method}::text end
      where id = ${actor.sessionId} and ended_at is null`);
    await deps.audit.append(tx, {
      by: actor,
      orgId: null,
      action: 'user.proved',
      target: { kind: 'user', id: actor.userId, name: actor.name },
      after: { method: proof.method },
    });
  });
  return provedAt;
}

async function holds(
  deps: FactorsDeps,
  actor: Person,
  { proof, page }: { readonly proof: Proof; readonly page: Page },
): Promise<boolean> {
  if (proof.method !== 'password') {
    return deps.database.system('sign-in', (tx) =>
      checkProof(deps, tx, { userId: actor.userId, proof, page, purpose: 'prove' }),
    );
  }
  const user = await deps.database.system('sign-in', (tx) => findUser(tx, actor.userId));
  if (!user) return false;
  const proven = await deps.provePassword({ login: user.email, password: proof.password, user });
  return typeof proven === 'object' && proven.user.id === user.id;
}
