import { type DeviceLogin, MusterError } from '@muster/contracts';
import type { Tx } from '../../../../platform/db/index.ts';
import type { Person } from '../../../../platform/http/index.ts';
import { subscriberOf } from '../../../../platform/network.ts';
import { demandFreshProof } from '../../factors/usecases/prove.ts';
import { hashSecret } from '../../session-token.ts';
import { refuseKeys } from '../../usecases/change-password.ts';
import { decideDeviceLogin, lockAsked } from '../db/device-login-rows.ts';
import { showUserCode } from '../domain/user-code.ts';
import type { TokensDeps } from '../tokens-deps.ts';

/** What asks with the code, for the person who is to decide. */
export async function inspectDeviceLogin(
  deps: TokensDeps,
  actor: Person,
  userCode: string,
): Promise<DeviceLogin> {
  const asked = await withAsked(deps, actor, userCode, async (_tx, login) => login);
  return { userCode: showUserCode(userCode), ...asked };
}

type Decision = { readonly userCode: string; readonly approve: boolean };

/** Lets the program sign in as `actor`, or refuses it for good. Whoever approves has proved themselves a short while ago. */
export async function decideLogin(
  deps: TokensDeps,
  actor: Person,
  { userCode, approve }: Decision,
): Promise<void> {
  if (approve) demandFreshProof(actor);
  await withAsked(deps, actor, userCode, async (tx, { client, address, userAgent }) => {
    const { userId, sessionId } = actor;
    await decideDeviceLogin(tx, hashSecret(userCode), { approved: approve, userId, sessionId });
    await deps.audit.append(tx, {
      by: actor,
      orgId: null,
      action: approve ? 'user.device_login_approved' : 'user.device_login_denied',
      target: { kind: 'user', id: userId, name: actor.name },
      after: { client, address, userAgent },
    });
  });
}

/** Guesses at codes are throttled for their person and for their address, as guesses at passwords are. */
async function withAsked<T>(
  { database, clock, throttles }: TokensDeps,
  actor: Person,
  userCode: string,
  work: (tx: Tx, login: Omit<DeviceLogin, 'userCode'>) => Promise<T>,
): Promise<T> {
  refuseKeys(actor);
  const person = `${actor.userId} code`;
  const address = `${subscriberOf(actor.address)} code`;
  const now = clock.monotonic();
  const retryAfterMs = Math.max(
    throttles.account.waitMs(person, now),
    throttles.address.waitMs(address, now),
  );
  if (retryAfterMs > 0)
    throw new MusterError('rate_limited', 'Too many wrong codes; wait a little.', { retryAfterMs });
  const found = await database.system('sign-in', async (tx) => {
    const login = await lockAsked(tx, hashSecret(userCode), new Date(clock.now()));
    return login && { result: await work(tx, login) };
  });
  if (found) return found.result;
  throttles.account.failed(person, now);
  throttles.address.failed(address, now);
  throw new MusterError('not_found', 'No program waits with this code: it is mistyped, expired or used.');
}
