import { MusterError, type SessionId, type TokenPair, type UserId } from '@muster/contracts';
import type { Tx } from '../../../../platform/db/index.ts';
import type { Person } from '../../../../platform/http/index.ts';
import { hashSecret, newSecret } from '../../session-token.ts';
import type { Visitor } from '../../sign-in-types.ts';
import { refuseKeys } from '../../usecases/change-password.ts';
import { logIn } from '../../usecases/log-in.ts';
import { insertRefreshToken, roleNames } from '../db/refresh-rows.ts';
import { ACCESS_TOKEN_SECONDS } from '../key-ring.ts';
import type { TokensDeps } from '../tokens-deps.ts';

type Owner = { readonly userId: UserId; readonly sessionId: SessionId };
type Credentials = { readonly email: string; readonly password: string };

/** A pair for whoever signs in by `credentials`, or else for the session of `actor`. */
export async function issueTokens(
  deps: TokensDeps,
  { actor, visitor }: { readonly actor: Person | undefined; readonly visitor: Visitor },
  credentials: Credentials | undefined,
): Promise<TokenPair> {
  if (credentials) {
    const { sessionId, user } = await logIn(deps, visitor, credentials);
    return issue(deps, { sessionId, userId: user.id });
  }
  if (!actor) throw new MusterError('unauthenticated', 'Send credentials, or a session to get tokens for.');
  refuseKeys(actor);
  const target = { kind: 'session', id: actor.sessionId, name: actor.address };
  return issue(deps, actor, (tx) =>
    deps.audit.append(tx, { by: actor, orgId: null, action: 'user.tokens_issued', target }),
  );
}

async function issue(
  deps: TokensDeps,
  owner: Owner,
  tell: (tx: Tx) => Promise<void> = async () => undefined,
): Promise<TokenPair> {
  return deps.database
    .system('access tokens', async (tx) => {
      await tell(tx);
      return nextPair(deps, tx, owner);
    })
    .then((sign) => sign());
}

/**
 * Keeps a new refresh token and says how to sign the access token that goes with it: signing may load keys, which is a
 * transaction of its own.
 */
export async function nextPair(
  { clock, accessTokens }: Pick<TokensDeps, 'clock' | 'accessTokens'>,
  tx: Tx,
  { userId, sessionId }: Owner,
): Promise<() => Promise<TokenPair>> {
  const refreshToken = newSecret('mrt');
  await insertRefreshToken(tx, { hash: hashSecret(refreshToken), sessionId, at: new Date(clock.now()) });
  const roles = await roleNames(tx, userId);
  return async () => ({
    accessToken: await accessTokens.sign({ userId, sessionId }, roles),
    expiresIn: ACCESS_TOKEN_SECONDS,
    refreshToken,
  });
}
