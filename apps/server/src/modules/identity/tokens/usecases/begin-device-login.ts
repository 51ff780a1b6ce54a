import { MusterError } from '@muster/contracts';
import { hashSecret, newSecret } from '../../session-token.ts';
import type { Visitor } from '../../sign-in-types.ts';
import { countWaiting, insertDeviceLogin } from '../db/device-login-rows.ts';
import { INTERVAL_S } from '../domain/poll.ts';
import { newUserCode, showUserCode } from '../domain/user-code.ts';
import type { TokensDeps } from '../tokens-deps.ts';

const LIVES_SECONDS = 600;
/** Codes of one address that may wait at once: more codes make guessing one easier. */
const MOST_WAITING = 20;

/** Begins a sign-in by code. The device code is the program's secret, the user code is typed by a person. */
export async function beginDeviceLogin(
  { database, clock }: Pick<TokensDeps, 'database' | 'clock'>,
  { address, userAgent }: Visitor,
  client: string,
): Promise<{ deviceCode: string; userCode: string; interval: number; expiresIn: number }> {
  const at = new Date(clock.now());
  const deviceCode = newSecret('mdc');
  const userCode = newUserCode();
  await database.system('sign-in', async (tx) => {
    if ((await countWaiting(tx, address, at)) >= MOST_WAITING)
      throw new MusterError('rate_limited', 'Too many codes of this address wait; try again in a while.', {
        retryAfterMs: 60_000,
      });
    await insertDeviceLogin(tx, {
      deviceCodeHash: hashSecret(deviceCode),
      userCodeHash: hashSecret(userCode),
      client,
      address,
      userAgent: userAgent.slice(0, 500),
      at,
      expiresAt: new Date(at.getTime() + LIVES_SECONDS * 1_000),
      intervalS: INTERVAL_S,
    });
  });
  return { deviceCode, userCode: showUserCode(userCode), interval: INTERVAL_S, expiresIn: LIVES_SECONDS };
}
