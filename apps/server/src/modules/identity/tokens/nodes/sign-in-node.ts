import { randomBytes } from 'node:crypto';
import { MusterError } from '@muster/contracts';
import { findKeysById, touchKey } from '../../db/api-keys.ts';
import { hashSecret } from '../../session-token.ts';
import { ACCESS_TOKEN_SECONDS } from '../key-ring.ts';
import type { TokensDeps } from '../tokens-deps.ts';
import { putChallenge, takeChallenge } from './challenge-rows.ts';
import { isSignedByNode, nodeMessage } from './node-key.ts';

const CHALLENGE_MS = 60_000;

/** What the node of a key has to sign within a minute. */
export async function challengeNode(
  { database, clock, installationId }: TokensDeps,
  secret: string,
): Promise<{ message: string; expiresAt: string }> {
  const at = new Date(clock.now());
  const challenge = randomBytes(32).toString('base64url');
  const keyId = await database.system('api keys', (tx) =>
    putChallenge(tx, hashSecret(secret), { challenge, at }),
  );
  if (!keyId)
    throw new MusterError('unauthenticated', 'This is no living API key of a node that signs challenges.');
  return {
    message: nodeMessage(installationId, { keyId, challenge }),
    expiresAt: new Date(at.getTime() + CHALLENGE_MS).toISOString(),
  };
}

/** An access token for a node that signed its challenge. A challenge counts once, whether it was signed well or not. */
export async function admitNode(
  { database, clock, accessTokens, installationId }: TokensDeps,
  { key, signature }: { readonly key: string; readonly signature: string },
): Promise<{ accessToken: string; expiresIn: number }> {
  const now = new Date(clock.now());
  const asked = await database.system('api keys', (tx) =>
    takeChallenge(tx, hashSecret(key), new Date(now.getTime() - CHALLENGE_MS)),
  );
  if (!asked)
    throw new MusterError(
      'unauthenticated',
      'No challenge waits for this key: get one, and sign it within a minute.',
    );
  const message = nodeMessage(installationId, { keyId: asked.id, challenge: asked.challenge });
  if (!isSignedByNode(asked.publicKey, message, signature))
    throw new MusterError(
      'unauthenticated',
      'The signature is not that of the key which was given with the API key. Sign the message byte for byte, with its last line break.',
    );
  const usable = await database.system('api keys', async (tx) => {
    const [living] = await findKeysById(tx, [asked.id], now);
    if (living) await touchKey(tx, living.id, now);
    return living;
  });
  if (!usable) throw new MusterError('unauthenticated', 'This API key was ended.');
  const accessToken = await accessTokens.sign({ userId: asked.userId, sessionId: asked.id }, []);
  return { accessToken, expiresIn: ACCESS_TOKEN_SECONDS };
}
