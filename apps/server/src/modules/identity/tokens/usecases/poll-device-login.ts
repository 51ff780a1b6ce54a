import type { DeviceLoginState } from '@muster/contracts';
import { findUser } from '../../db/users.ts';
import { hashSecret } from '../../session-token.ts';
import type { StartedSession, Visitor } from '../../sign-in-types.ts';
import { beginSession } from '../../usecases/begin-session.ts';
import { deleteDeviceLogin, lockPolled, notePoll } from '../db/device-login-rows.ts';
import { answerPoll } from '../domain/poll.ts';
import type { TokensDeps } from '../tokens-deps.ts';

type Answer = Exclude<DeviceLoginState, { state: 'signed_in' }> | { session: StartedSession };

/**
 * How the sign-in stands; once it is approved, its session, once. The session was proved as the one that approved it
 * was, so that a demanded second factor holds for it as well; where that one has ended meanwhile, there is none.
 */
export async function pollDeviceLogin(
  deps: TokensDeps,
  visitor: Visitor,
  deviceCode: string,
): Promise<Answer> {
  const hash = hashSecret(deviceCode);
  const now = new Date(deps.clock.now());
  const answer = await deps.database.system('sign-in', async (tx): Promise<Answer> => {
    const login = await lockPolled(tx, hash, now);
    if (!login) return { state: 'expired' };
    const outcome = answerPoll(login, now);
    if (outcome.state === 'pending' || outcome.state === 'slow_down') {
      await notePoll(tx, hash, now, outcome.intervalS);
      return { state: outcome.state, interval: outcome.intervalS };
    }
    await deleteDeviceLogin(tx, hash);
    if (outcome.state !== 'approved') return { state: outcome.state };
    const user = login.userId && login.methods && (await findUser(tx, login.userId));
    if (!user || user.disabledAt || !login.methods) return { state: 'denied' };
    return { session: await beginSession(deps, tx, { visitor, user, methods: [...login.methods, 'code'] }) };
  });
  if ('session' in answer) deps.events.committed();
  return answer;
}
