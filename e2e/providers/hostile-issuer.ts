import { createHmac, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { CLIENT } from './start-issuer.ts';
import type { TestAuthority } from './test-authority.ts';

type Json = Readonly<Record<string, unknown>>;

/** An issuer that answers as it is told: what a stolen or a careless one would. */
export interface HostileIssuer {
  readonly url: string;
  /** What it says of itself. */
  discovery: Json;
  /** The ID token that its token endpoint hands out next. */
  idToken: string;
  /** A token that is right in everything but what is overwritten. */
  mint(nonce: string, claims?: Json, sign?: Signing): string;
  stop(): void;
}

/** How a token is signed. */
export type Signing =
  | 'RS256'
  | 'none'
  | 'HS256 by the secret'
  | 'HS256 by the public key'
  | 'RS256 by a stranger';

/** Starts it over TLS of the authority. */
export async function startHostileIssuer(authority: TestAuthority): Promise<HostileIssuer> {
  const { key, certificate } = await authority.issue('hostile', 'DNS:localhost');
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const tls = { key: readFileSync(key), cert: readFileSync(certificate) };
  const listener = createSecureServer(tls, (request, response) => {
    const path = new URL(request.url ?? '/', 'https://localhost').pathname;
    if (path === '/.well-known/openid-configuration') return send(response, issuer.discovery);
    if (path === '/jwks') {
      const jwk = { ...own.publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig' };
      return send(response, { keys: [jwk] });
    }
    send(response, {
      access_token: 'of no use',
      token_type: 'bearer',
      expires_in: 60,
      id_token: issuer.idToken,
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const url = `https://localhost:${(listener.address() as AddressInfo).port}`;
  const issuer: HostileIssuer = {
    url,
    discovery: honest(url),
    idToken: '',
    mint: (nonce, claims = {}, sign = 'RS256') => {
      const now = Math.floor(Date.now() / 1000);
      const right = { iss: url, aud: CLIENT.id, sub: 'mallory', iat: now, exp: now + 60, nonce };
      const said = { email: 'mallory@example.test', email_verified: true, groups: ['operators'] };
      return signed({ ...right, ...said, ...claims }, sign, { own, stranger: stranger.privateKey });
    },
    stop: () => {
      listener.closeAllConnections();
      listener.close();
    },
  };
  return issuer;
}

/** Metadata with nothing wrong in it. */
export function honest(url: string): Json {
  return {
    issuer: url,
    authorization_endpoint: `${url}/auth`,
    token_endpoint: `${url}/token`,
    jwks_uri: `${url}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
  };
}

type Keys = { readonly own: Record<'publicKey' | 'privateKey', KeyObject>; readonly stranger: KeyObject };

function signed(claims: Json, sign: Signing, keys: Keys): string {
  const alg = sign.startsWith('RS256') ? 'RS256' : sign.startsWith('HS256') ? 'HS256' : 'none';
  const part = (value: Json) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg, kid: 'one', typ: 'JWT' })}.${part(claims)}`;
  if (sign === 'none') return `${text}.`;
  if (alg === 'RS256') {
    const key = sign === 'RS256' ? keys.own.privateKey : keys.stranger;
    return `${text}.${createSign('sha256').update(text).sign(key).toString('base64url')}`;
  }
  const secret =
    sign === 'HS256 by the secret'
      ? CLIENT.secret
      : keys.own.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

function send(response: ServerResponse, body: Json): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
