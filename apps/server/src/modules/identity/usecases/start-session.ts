import type { UserId } from '@muster/contracts';
import type { Tx } from '../../../platform/db/index.ts';
import { insertSession } from '../db/sessions.ts';
import { readRights, type UserRow } from '../db/users.ts';
import { sessionEnd } from '../domain/session-lifetime.ts';
import { isFactorDemanded } from '../factors/db/factor-rows.ts';
import { isMultiFactor } from '../factors/domain/methods.ts';
import { hashSecret, newSecret } from '../session-token.ts';
import type { StartedSession, Visitor } from '../sign-in-types.ts';

/** Begins a session of `user` in the transaction that established who they are. */
export async function startSession(
  tx: Tx,
  user: UserRow,
  visitor: Visitor & { readonly at: Date; readonly methods: readonly string[] },
): Promise<StartedSession> {
  const token = newSecret('mst');
  const expiresAt = sessionEnd(visitor.at, visitor.at);
  const userId = user.id as UserId;
  const sessionId = await insertSession(tx, { ...visitor, userId, tokenHash: hashSecret(token), expiresAt });
  const permissions = [...(await readRights(tx, userId)).permissions];
  return {
    token,
    sessionId,
    expiresAt,
    user: {
      id: userId,
      email: user.email,
      name: user.name,
      permissions,
      mustSetUpFactor: !isMultiFactor(visitor.methods) && (await isFactorDemanded(tx, userId)),
    },
  };
}
