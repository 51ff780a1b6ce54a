import { MusterError, type UserId } from '@muster/contracts';
import { requirePermission } from '../../../../platform/actor.ts';
import type { Person } from '../../../../platform/http/index.ts';
import { demandCover } from '../../../access/index.ts';
import { endSessionsOf } from '../../db/sessions.ts';
import { findUser } from '../../db/users.ts';
import { announceUser } from '../../usecases/announce-user.ts';
import { deleteAllFactors } from '../db/factor-rows.ts';
import type { FactorsDeps } from '../factors-deps.ts';

/** Takes all second factors from a person, and ends their sessions. */
export async function resetFactors(deps: FactorsDeps, actor: Person, userId: UserId): Promise<void> {
  const scope = requirePermission(actor, 'users:manage');
  await deps.database.transaction(scope, (tx) => demandCover(tx, actor, scope, userId));
  const ended = await deps.database.system('factors', async (tx) => {
    const person = await findUser(tx, userId);
    if (!person) throw new MusterError('not_found', 'There is no such person.', { userId });
    const { count, secretId } = await deleteAllFactors(tx, userId);
    if (secretId) await deps.vault.remove(tx, secretId);
    if (count === 0) throw new MusterError('conflict', `${person.name} has no second factor.`, { userId });
    await deps.audit.append(tx, {
      by: actor,
      orgId: null,
      action: 'user.factors_reset',
      target: { kind: 'user', id: userId, name: person.name },
      before: { factors: count },
    });
    await announceUser(deps, tx, { userId, type: 'user.mfa.disabled', payload: { method: 'all' } });
    return endSessionsOf(tx, userId, new Date(deps.clock.now()));
  });
  deps.events.committed();
  for (const sessionId of ended) deps.signedOut(sessionId);
}
