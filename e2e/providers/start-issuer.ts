import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import type { TestAuthority } from './test-authority.ts';

/** The client as which the server is known there. */
export const CLIENT = { id: 'muster', secret: 'a secret of the client only' } as const;

/** What the issuer says of somebody; `amr` is how they proved themselves. */
export type Account = {
  email?: string;
  email_verified?: boolean;
  name?: string;
  groups?: string[];
  amr?: string[];
};

/** npm's oidc-provider over TLS, as a real OpenID provider whose sign-in page asks for a name alone. */
export interface RunningIssuer {
  readonly url: string;
  /** Who there is; changed between sign-ins. */
  readonly accounts: Map<string, Account>;
  stop(): void;
}

/** Starts it; where sign-ins return to may depend on its own address. */
export async function startIssuer(
  authority: TestAuthority,
  returnTo: (url: string) => Promise<string>,
): Promise<RunningIssuer> {
  const { key, certificate } = await authority.issue('issuer', 'DNS:localhost,IP:127.0.0.1');
  const accounts = new Map<string, Account>();
  const tls = { key: readFileSync(key), cert: readFileSync(certificate) };
  // Replaced below, before anybody knows the address.
  let answer: ReturnType<Provider['callback']> = async () => undefined;
  const listener = createServer(tls, (request, response) => void answer(request, response));
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const url = `https://localhost:${(listener.address() as AddressInfo).port}`;
  const provider = new Provider(url, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [await returnTo(url)],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    cookies: { keys: ['a key of the test'] },
    claims: { openid: ['sub'], profile: ['name', 'groups'], email: ['email', 'email_verified'] },
    // Address and groups come with the ID token, as most companies set it up.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    findAccount: (_context, id) => {
      const account = accounts.get(id);
      return account && { accountId: id, claims: () => ({ sub: id, ...account }) };
    },
  });
  provider.on('server_error', (_context, error) => console.error('issuer:', error));
  answer = provider.callback();
  return {
    url,
    accounts,
    stop: () => {
      listener.closeAllConnections();
      listener.close();
    },
  };
}
