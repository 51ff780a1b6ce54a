import { MusterError, type SessionId } from '@muster/contracts';
import { NOWHERE } from '../../../platform/actor.ts';
import type { Tx } from '../../../platform/db/index.ts';
import type { Person } from '../../../platform/http/index.ts';
import { findKeyBySecret, findKeysById, touchKey, type UsableKey } from '../db/api-keys.ts';
import {
  extendSession,
  findSession,
  findSessionById,
  findSessionsById,
  type SessionRow,
} from '../db/sessions.ts';
import { isTouchDue, sessionEnd } from '../domain/session-lifetime.ts';
import type { IdentityDeps } from '../identity-deps.ts';
import { hashSecret, isKeySecret } from '../session-token.ts';
import type { AccessTokens, TokenSubject } from '../tokens/access-tokens.ts';

type Deps = Pick<IdentityDeps, 'database' | 'clock'>;

/** Use of a key is written down at most this often. */
const KEY_TOUCH_MS = 60_000;

/** The person behind a session token or an API key, with the rights of this moment; undefined when it has ended or never was. */
export async function authenticate(
  deps: Deps & { readonly accessTokens: Pick<AccessTokens, 'verify'> },
  { token, via }: { readonly token: string; readonly via: 'bearer' | 'cookie' },
  address: string,
): Promise<Person | undefined> {
  if (isKeySecret(token)) return via === 'bearer' ? authenticateKey(deps, token, address) : undefined;
  if (isAccessToken(token)) return via === 'bearer' ? authenticateAccess(deps, token, address) : undefined;
  const now = new Date(deps.clock.now());
  return deps.database.system('sessions', async (tx) => {
    const session = await findSession(tx, hashSecret(token), now);
    if (!session) return undefined;
    if (isTouchDue(session.seenAt, now)) {
      await extendSession(tx, session.id, now, sessionEnd(session.createdAt, now));
    }
    return toPerson(session, address);
  });
}

/** Whether a bearer token begins as the header of a JSON web token does, `{"` in base64; sessions and keys do not. */
function isAccessToken(token: string): boolean {
  return token.startsWith('eyJ');
}

/** What the token says of roles is not looked at: its session lives or not, and rights are those of this moment. */
async function authenticateAccess(
  deps: Deps & { readonly accessTokens: Pick<AccessTokens, 'verify'> },
  token: string,
  address: string,
): Promise<Person | undefined> {
  const subject = await deps.accessTokens.verify(token);
  if (!subject) return undefined;
  const now = new Date(deps.clock.now());
  return deps.database.system('sessions', async (tx) => {
    const session = await findSessionById(tx, subject.sessionId, now);
    if (!session) return nodeOf(tx, subject, { address, now });
    if (session.userId !== subject.userId) return undefined;
    if (isTouchDue(session.seenAt, now)) {
      await extendSession(tx, session.id, now, sessionEnd(session.createdAt, now));
    }
    return { ...toPerson(session, address), byAccessToken: true };
  });
}

/** A node that signed its challenge: the key that it did so for stands where a session would. */
async function nodeOf(
  tx: Tx,
  { sessionId, userId }: TokenSubject,
  { address, now }: { readonly address: string; readonly now: Date },
): Promise<Person | undefined> {
  const [key] = await findKeysById(tx, [sessionId], now);
  return key?.userId === userId ? { ...keyToPerson(key, address), byAccessToken: true } : undefined;
}

async function authenticateKey(deps: Deps, secret: string, address: string): Promise<Person | undefined> {
  const now = new Date(deps.clock.now());
  return deps.database.system('api keys', async (tx) => {
    const key = await findKeyBySecret(tx, hashSecret(secret), now);
    if (!key) return undefined;
    if (key.signs)
      throw new MusterError(
        'unauthenticated',
        'The node of this key signs: get a challenge at POST /auth/node/challenge, and an access token for its signature.',
      );
    const isDue = !key.lastUsedAt || now.getTime() - key.lastUsedAt.getTime() >= KEY_TOUCH_MS;
    if (isDue) await touchKey(tx, key.id, now);
    return keyToPerson(key, address);
  });
}

/** The people behind sessions that are still open somewhere, with the rights of this moment; ended ones are left out. */
export async function findCurrentPeople(
  deps: Deps,
  sessionIds: readonly SessionId[],
): Promise<ReadonlyMap<SessionId, Person>> {
  const now = new Date(deps.clock.now());
  return deps.database.system('sessions', async (tx) => {
    const sessions = await findSessionsById(tx, sessionIds, now);
    const keys = sessions.length < sessionIds.length ? await findKeysById(tx, sessionIds, now) : [];
    const people = [...sessions.map(toWatcher), ...keys.map((row) => keyToPerson(row, ''))];
    return new Map(people.map((person) => [person.sessionId, person]));
  });
}

function toPerson(session: SessionRow, address: string): Person {
  const { userId, id: sessionId, name, rights, mustSetUpFactor, isProofOld, provableBy } = session;
  const proof = { mustSetUpFactor, isProofOld, provableBy };
  return { kind: 'person', userId, sessionId, name, address, ...rights, ...proof };
}

/** Who only watches is refused nothing by request: until a factor that is owed is proved, they have no rights. */
function toWatcher(session: SessionRow): Person {
  const person = toPerson(session, '');
  if (!person.mustSetUpFactor) return person;
  return { ...person, permissions: new Set(), scope: NOWHERE, limits: new Map() };
}

function keyToPerson({ id, name, userId, userName, rights }: UsableKey, address: string): Person {
  return {
    kind: 'person',
    userId,
    sessionId: id as string as SessionId,
    name: userName,
    address,
    ...rights,
    key: { id, name },
  };
}
