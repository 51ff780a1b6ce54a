import { MusterError, type SessionId, type TokenPair } from '@muster/contracts';
import type { Tx } from '../../../../platform/db/index.ts';
import { endSession, extendSession, findSessionById } from '../../db/sessions.ts';
import { sessionEnd } from '../../domain/session-lifetime.ts';
import { hashSecret } from '../../session-token.ts';
import type { Visitor } from '../../sign-in-types.ts';
import { announceUser } from '../../usecases/announce-user.ts';
import { findUsed, useRefreshToken } from '../db/refresh-rows.ts';
import type { TokensDeps } from '../tokens-deps.ts';
import { nextPair } from './issue-tokens.ts';

type Outcome = { readonly sign: () => Promise<TokenPair> } | { readonly ended?: SessionId };

/**
 * Exchanges a refresh token for the next pair. One that comes again ends its session with everything that came of it,
 * because one of the two who used it is a thief and nobody can tell which. There is no time of grace for an answer that
 * was lost: whoever steals a token right after its use would have it too. The honest one signs in again.
 */
export async function refreshTokens(
  deps: TokensDeps,
  visitor: Visitor,
  refreshToken: string,
): Promise<TokenPair> {
  const hash = hashSecret(refreshToken);
  const now = new Date(deps.clock.now());
  const outcome = await deps.database.system('access tokens', async (tx): Promise<Outcome> => {
    const sessionId = await useRefreshToken(tx, hash, now);
    if (!sessionId) return { ...(await endReused(deps, tx, { hash, visitor, now })) };
    const session = await findSessionById(tx, sessionId, now);
    if (!session) return {};
    await extendSession(tx, sessionId, now, sessionEnd(session.createdAt, now));
    return { sign: await nextPair(deps, tx, { userId: session.userId, sessionId }) };
  });
  if ('sign' in outcome) return outcome.sign();
  if (outcome.ended) {
    deps.events.committed();
    deps.signedOut(outcome.ended);
  }
  throw new MusterError('unauthenticated', 'This refresh token is worth nothing any more; sign in again.');
}

type Reuse = { readonly hash: Buffer; readonly visitor: Visitor; readonly now: Date };

async function endReused(deps: TokensDeps, tx: Tx, { hash, visitor, now }: Reuse): Promise<Outcome> {
  const used = await findUsed(tx, hash);
  if (!used?.isLiving) return {};
  const { sessionId, userId, name } = used;
  await endSession(tx, sessionId, now);
  await deps.audit.append(tx, {
    by: { kind: 'person', id: userId, name, via: { kind: 'session', id: sessionId } },
    orgId: null,
    action: 'user.token_reused',
    target: { kind: 'session', id: sessionId, name: visitor.address },
    after: { address: visitor.address, userAgent: visitor.userAgent },
    address: visitor.address,
  });
  await announceUser(deps, tx, {
    userId,
    type: 'user.token_reused',
    payload: { address: visitor.address },
  });
  return { ended: sessionId };
}
