import type { SessionId, UserId } from '@muster/contracts';
import { type JWK, jwtVerify, SignJWT } from 'jose';
import { ACCESS_TOKEN_SECONDS, type AccessTokenDeps, ALGORITHM, type KeyRing, loadKeys } from './key-ring.ts';

/** Who a token says it is from; everything else in it informs and decides nothing. */
export type TokenSubject = { readonly userId: UserId; readonly sessionId: SessionId };

/** Signs and verifies access tokens with keys of this installation. */
export interface AccessTokens {
  sign(subject: TokenSubject, roles: readonly string[]): Promise<string>;
  /** Undefined for whatever is not a living token of ours. */
  verify(token: string): Promise<TokenSubject | undefined>;
  /** The public halves, for others who want to verify. */
  publicKeys(): Promise<JWK[]>;
}

const TYPE = 'at+jwt';
/** So long keys are taken from memory. */
const FRESH_MS = 60_000;
/** An unknown key may be one that another server has just made; asked so often at most. */
const LOOK_AGAIN_MS = 1_000;
const KEY_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Bytes of role names that fit beside the other claims into a header that this server reads. */
const MAX_ROLE_BYTES = 900;

/** Role names only inform, so those that would make the token too long for a header are left out. */
function shortened(roles: readonly string[]): string[] {
  let left = MAX_ROLE_BYTES;
  return roles.filter((name) => {
    left -= Buffer.byteLength(JSON.stringify(name)) + 1;
    return left >= 0;
  });
}

/** JSON web tokens with ES256, under keys that change every thirty days. */
export function createAccessTokens(deps: AccessTokenDeps): AccessTokens {
  const { installationId, clock } = deps;
  let loading: Promise<KeyRing> | undefined;
  const load = async (maxAgeMs: number): Promise<KeyRing> => {
    const kept = await loading?.catch(() => undefined);
    if (kept && clock.now() - kept.at < maxAgeMs) return kept;
    loading = loadKeys(deps);
    return loading;
  };
  const publicKey = async (kid: string | undefined) => {
    if (!kid || !KEY_ID.test(kid)) throw new Error('no such key');
    const find = ({ verifying }: KeyRing) => verifying.get(kid);
    const key = find(await load(FRESH_MS)) ?? find(await load(LOOK_AGAIN_MS));
    if (!key) throw new Error('no such key');
    return key;
  };
  return {
    sign: async ({ userId, sessionId }, roles) => {
      const { rows, signing } = await load(FRESH_MS);
      const issuedAt = Math.floor(clock.now() / 1_000);
      return new SignJWT({ sid: sessionId, roles: shortened(roles) })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: rows[0]?.id ?? '' })
        .setIssuer(installationId)
        .setAudience(installationId)
        .setSubject(userId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + ACCESS_TOKEN_SECONDS)
        .sign(signing);
    },
    verify: (token) =>
      jwtVerify(token, ({ kid }) => publicKey(kid), {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: installationId,
        audience: installationId,
        requiredClaims: ['sub', 'sid', 'iat', 'exp'],
        currentDate: new Date(clock.now()),
      })
        .then(({ payload }) => ({ userId: payload.sub as UserId, sessionId: payload.sid as SessionId }))
        .catch(() => undefined),
    publicKeys: async () =>
      (await load(FRESH_MS)).rows.map(({ id, publicKey: key }) => ({
        ...key,
        kid: id,
        alg: ALGORITHM,
        use: 'sig',
      })),
  };
}
