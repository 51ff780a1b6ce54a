import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipReason } from '@muster/lab';
import { ADMIN, freePort, type RunningServer, startServer, until } from '../src/index.ts';
import { aVisitor, type Visitor } from './browse.ts';
import { type HostileIssuer, honest, type Signing, startHostileIssuer } from './hostile-issuer.ts';
import { CLIENT, type RunningIssuer, startIssuer } from './start-issuer.ts';
import { createAuthority, type TestAuthority } from './test-authority.ts';
import { totpCode } from './totp-code.ts';

/** npm's oidc-provider as a real OpenID provider, and an issuer of our own that lies. */
setDefaultTimeout(240_000);

const reason = await skipReason('directory');
const ROLES = {
  operator: '00000000-0000-7000-8000-000000000002',
  viewer: '00000000-0000-7000-8000-000000000003',
};
type Provider = { id: string; etag: string };
type Me = { id: string; email: string; permissions: string[] };

let folder = '';
let server: RunningServer;
let authority: TestAuthority;
let issuer: RunningIssuer;
let hostile: HostileIssuer;
let provider: Provider;
let lying: Provider;

const callback = ({ id }: Provider) => `/api/v1/auth/oidc/${id}/callback`;
const settings = (part: object = {}) => ({
  ...{ kind: 'oidc', issuer: issuer?.url, clientId: CLIENT.id, certificateAuthority: authority.certificate },
  ...{ createPeople: true, timeoutMs: 30_000 },
  ...part,
});
const change = (id: string, body: object) =>
  server.api<Provider>('PATCH', `/providers/${id}`, body, { 'if-match': '*' });
const create = (name: string, part: object = {}) =>
  server.api<Provider>('POST', '/providers', {
    ...{ name, settings: settings(part), secret: CLIENT.secret },
    mappings: [{ group: 'operators', roleId: ROLES.operator }],
  });
const trial = async ({ id }: Provider) =>
  (await server.api<{ steps: { text: string }[] }>('POST', `/providers/${id}/test`, {})).steps
    .map(({ text }) => text)
    .join('\n');

beforeAll(async () => {
  if (reason !== undefined) return;
  folder = mkdtempSync(join(tmpdir(), 'muster-providers-oidc-'));
  authority = await createAuthority(join(folder, 'authority'), 'Example identity');
  server = await startServer({ dataFolder: join(folder, 'data'), localAgent: false });
  issuer = await startIssuer(authority, async (url) => {
    provider = await create('Example', { issuer: url });
    return `${server.url}${callback(provider)}`;
  });
  hostile = await startHostileIssuer(authority);
  lying = await create('Liar', { issuer: hostile.url });
}, 240_000);

afterAll(async () => {
  await server?.stop();
  issuer?.stop();
  hostile?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

const aBrowser = () => aVisitor(authority.certificate);

/** From the sign-in page through the provider and back; tells where it ended. */
async function signIn(visitor: Visitor, who: string, to = '/devices'): Promise<URL> {
  let { url, page } = await visitor.visit(
    `${server.url}/api/v1/auth/oidc/${provider.id}/start?to=${encodeURIComponent(to)}`,
  );
  for (let forms = 0; url.origin === issuer.url && forms < 3; forms++) {
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? '';
    const fields: Record<string, string> =
      prompt === 'login' ? { prompt, login: who, password: 'any' } : { prompt };
    const action = /action="([^"]+)"/.exec(page)?.[1] ?? '';
    ({ url, page } = await visitor.visit(new URL(action, url).href, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    }));
  }
  return url;
}

async function me(visitor: Visitor): Promise<Me | undefined> {
  const answer = await visitor.ask(`${server.url}/api/v1/auth/me`);
  return answer.ok ? ((await answer.json()) as Me) : undefined;
}

const problemOf = (url: URL) => url.searchParams.get('problem');

test.skipIf(reason !== undefined)(
  'SE-5: somebody signs in by an OpenID provider, and has the role of their group until they leave it',
  async () => {
    const grace = { email: 'Grace@example.test', email_verified: true, name: 'Grace' };
    issuer.accounts.set('grace', { ...grace, groups: ['operators', 'others'] });
    const visitor = aBrowser();
    expect((await signIn(visitor, 'grace', '/devices?query=os:linux#top')).href).toBe(
      `${server.url}/devices?query=os:linux#top`,
    );
    const first = await me(visitor);
    expect(first).toMatchObject({ email: 'grace@example.test', name: 'Grace' });
    expect(first?.permissions).toContain('devices:manage');

    issuer.accounts.set('grace', { ...grace, groups: ['others'] });
    const later = aBrowser();
    await signIn(later, 'grace');
    expect(await me(later)).toMatchObject({ id: first?.id, permissions: [] });
    // Grants are read at each request: the older session has lost the role too.
    expect((await me(visitor))?.permissions).toEqual([]);
    const listed = await (await fetch(`${server.url}/api/v1/auth/providers`)).json();
    expect(listed).toEqual({
      items: [
        { id: provider.id, kind: 'oidc', name: 'Example' },
        { id: lying.id, kind: 'oidc', name: 'Liar' },
      ],
    });
  },
);

/** Leaves for the issuer and stops there; tells what was asked of it. */
async function leave(
  visitor: Visitor,
  { id }: Provider,
  to = '/devices',
): Promise<{ state: string; nonce: string; url: URL }> {
  const answer = await visitor.ask(`${server.url}/api/v1/auth/oidc/${id}/start?to=${encodeURIComponent(to)}`);
  const url = new URL(answer.headers.get('location') ?? '');
  return { url, state: url.searchParams.get('state') ?? '', nonce: url.searchParams.get('nonce') ?? '' };
}

/** Comes back with what the issuer, or somebody else, made up. */
async function comeBack(visitor: Visitor, at: Provider, query: Record<string, string>): Promise<URL> {
  const address = `${server.url}${callback(at)}?${new URLSearchParams(query)}`;
  const answer = await visitor.ask(address);
  expect(answer.status).toBe(302);
  return new URL(answer.headers.get('location') ?? '', server.url);
}

test.skipIf(reason !== undefined)(
  'SE-5: what leaves for the provider has PKCE, state and nonce, and the cookie is for this browser alone',
  async () => {
    const visitor = aBrowser();
    const answer = await visitor.ask(`${server.url}/api/v1/auth/oidc/${provider.id}/start`);
    const asked = new URL(answer.headers.get('location') ?? '').searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(asked.get('response_type')).toBe('code');
    for (const name of ['state', 'nonce', 'code_challenge'])
      expect(asked.get(name)?.length).toBeGreaterThan(40);
    expect(answer.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Lax$/);
    const again = await leave(visitor, provider);
    expect([again.state, again.nonce]).not.toEqual([asked.get('state') ?? '', asked.get('nonce') ?? '']);
    // What comes back from there is as strict as any session.
    const { state, nonce } = await leave(visitor, lying);
    hostile.idToken = hostile.mint(nonce);
    const back = await visitor.ask(`${server.url}${callback(lying)}?code=x&state=${state}`);
    expect(back.headers.getSetCookie().join()).toMatch(
      /muster_session=mst_[^;]+; Path=\/; HttpOnly; SameSite=Strict/,
    );
    expect((await me(visitor))?.email).toBe('mallory@example.test');
  },
);

test.skipIf(reason !== undefined)(
  'SE-5: a state works once, in the browser that began, and not for ever',
  async () => {
    const visitor = aBrowser();
    const { state, nonce } = await leave(visitor, lying);
    hostile.idToken = hostile.mint(nonce);
    expect((await comeBack(visitor, lying, { code: 'x', state })).pathname).toBe('/devices');
    expect(problemOf(await comeBack(visitor, lying, { code: 'x', state }))).toBe('sign_in_expired');
    expect(problemOf(await comeBack(visitor, lying, { code: 'x', state: 'made-up' }))).toBe(
      'sign_in_expired',
    );
    expect(problemOf(await comeBack(visitor, lying, { code: 'x' }))).toBe('sign_in_expired');

    // Somebody has another person follow the link that ends their own sign-in.
    const stolen = await leave(aBrowser(), lying);
    hostile.idToken = hostile.mint(stolen.nonce);
    const victim = aBrowser();
    expect(problemOf(await comeBack(victim, lying, { code: 'x', state: stolen.state }))).toBe(
      'other_browser',
    );
    await leave(victim, lying);
    const another = await leave(aBrowser(), lying);
    expect(problemOf(await comeBack(victim, lying, { code: 'x', state: another.state }))).toBe(
      'other_browser',
    );
    expect(await me(victim)).toBeUndefined();
    // A state of one provider is none of another's.
    const mine = await leave(victim, lying);
    expect(problemOf(await comeBack(victim, provider, { code: 'x', state: mine.state }))).toBe(
      'sign_in_expired',
    );
  },
);

test.skipIf(reason !== undefined)(
  'SE-5: a code of the provider works once and for the sign-in that it was given to',
  async () => {
    const visitor = aBrowser();
    await signIn(visitor, 'grace');
    // The provider knows Grace now and hands out codes without asking.
    const { url, state } = await leave(visitor, provider);
    let at = url.href;
    for (let hops = 0; hops < 5 && !at.startsWith(server.url); hops++) {
      at = new URL((await visitor.ask(at)).headers.get('location') ?? '', at).href;
    }
    const given = Object.fromEntries(new URL(at).searchParams);
    expect([given.state, given.code?.length]).toEqual([state, expect.any(Number)]);

    // Another sign-in has another verifier and another nonce.
    const thief = aBrowser();
    const theirs = await leave(thief, provider);
    const stolen = { ...given, state: theirs.state };
    expect(problemOf(await comeBack(thief, provider, stolen))).toBe('provider_answer_invalid');
    expect(problemOf(await comeBack(visitor, provider, given))).toBeNull();
    const again = await leave(visitor, provider);
    const repeated = { ...given, state: again.state };
    expect(problemOf(await comeBack(visitor, provider, repeated))).toBe('provider_answer_invalid');
  },
);

const LIES: readonly (readonly [string, object, Signing])[] = [
  ['without a signature', {}, 'none'],
  ['signed with the client secret', {}, 'HS256 by the secret'],
  ['signed with the public key as if it were a secret', {}, 'HS256 by the public key'],
  ['signed by a stranger', {}, 'RS256 by a stranger'],
  ['of another issuer', { iss: 'https://login.example.test' }, 'RS256'],
  ['for another client', { aud: 'somebody-else' }, 'RS256'],
  ['for two clients, of whom the other asked', { aud: [CLIENT.id, 'another'], azp: 'another' }, 'RS256'],
  ['that has expired', { exp: 1_700_000_000 }, 'RS256'],
  ['with the nonce of another sign-in', { nonce: 'of-another-sign-in' }, 'RS256'],
  ['without a nonce', { nonce: undefined }, 'RS256'],
  ['without a subject', { sub: undefined }, 'RS256'],
];

for (const [what, claims, sign] of LIES) {
  test.skipIf(reason !== undefined)(`SE-5: an ID token ${what} signs nobody in`, async () => {
    const visitor = aBrowser();
    const { state, nonce } = await leave(visitor, lying);
    hostile.idToken = hostile.mint(nonce, claims as Record<string, unknown>, sign);
    expect(problemOf(await comeBack(visitor, lying, { code: 'x', state }))).toBe('provider_answer_invalid');
    expect(await me(visitor)).toBeUndefined();
  });
}

test.skipIf(reason !== undefined)(
  'SE-5: after the sign-in a browser goes nowhere but into the console',
  async () => {
    for (const to of [
      '//evil.test',
      '/\\evil.test',
      'https://evil.test/',
      '/./\t/evil.test',
      'javascript:alert(1)',
      '/..//evil.test',
    ]) {
      const visitor = aBrowser();
      const { state, nonce } = await leave(visitor, lying, to);
      hostile.idToken = hostile.mint(nonce);
      const url = await comeBack(visitor, lying, { code: 'x', state });
      expect([to, url.origin]).toEqual([to, server.url]);
    }
  },
);

test.skipIf(reason !== undefined)(
  'SE-5: an issuer of another name, one that names plain addresses, a stranger’s certificate and a wrong secret are told apart',
  async () => {
    const failed = async () =>
      problemOf((await aBrowser().visit(`${server.url}/api/v1/auth/oidc/${lying.id}/start`)).url);
    hostile.discovery = { ...honest(hostile.url), issuer: 'https://login.example.test' };
    expect(await failed()).toBe('provider_unreachable');
    expect(await trial(lying)).toContain('discovery failed');
    hostile.discovery = { ...honest(hostile.url), token_endpoint: 'http://localhost:1/token' };
    expect(await trial(lying)).not.toContain('knows the client and its secret');
    hostile.discovery = honest(hostile.url);
    await change(lying.id, { settings: settings({ issuer: hostile.url, certificateAuthority: null }) });
    expect(await failed()).toBe('provider_unreachable');
    expect(await trial(lying)).toContain('authority that is not trusted');
    await change(lying.id, { settings: settings({ issuer: `https://localhost:${await freePort()}` }) });
    expect(await trial(lying)).toContain('connection refused');
    await change(lying.id, { settings: settings({ issuer: hostile.url }) });

    expect(await trial(provider)).toContain('knows the client and its secret');
    await change(provider.id, { secret: 'not that one' });
    expect(await trial(provider)).toContain('the secret is wrong');
    await change(provider.id, { secret: CLIENT.secret });
    await expect(
      change(provider.id, { settings: settings({ issuer: 'http://login.example.test' }) }),
    ).rejects.toThrow('must begin with https://');
  },
);

test.skipIf(reason !== undefined)(
  'SE-5: nobody becomes somebody else by an address: it must be verified, free, or linked on purpose',
  async () => {
    const come = async (claims: object, visitor = aBrowser()) => {
      const { state, nonce } = await leave(visitor, lying);
      hostile.idToken = hostile.mint(nonce, claims as Record<string, unknown>);
      return problemOf(await comeBack(visitor, lying, { code: 'x', state }));
    };
    const configure = (part: object) =>
      change(lying.id, { settings: settings({ issuer: hostile.url, ...part }) });
    const admin = { sub: 'not-ada', email: ADMIN.email };
    expect(await come({ sub: 'new', email: 'new@example.test', email_verified: false })).toBe(
      'address_unverified',
    );
    expect(await come({ sub: 'new', email: 'new@example.test', email_verified: 'true' })).toBe(
      'address_unverified',
    );
    expect(await come({ sub: 'new', email: undefined })).toBe('address_unverified');
    expect(await come(admin)).toBe('address_taken');
    await configure({ createPeople: false });
    expect(await come({ sub: 'new', email: 'new@example.test' })).toBe('not_invited');
    await configure({ createPeople: false, linkByEmail: true });
    expect(await come({ ...admin, email_verified: false })).toBe('address_unverified');
    const visitor = aBrowser();
    expect(await come(admin, visitor)).toBeNull();
    expect((await me(visitor))?.email).toBe(ADMIN.email);
    expect(await come({ ...admin, sub: 'the-next-owner-of-the-address' })).toBe('address_taken');

    await configure({ createPeople: true });
    expect(await come({ sub: 'new', email: 'new@example.test' })).toBeNull();
    const { items } = await server.api<{ items: { id: string; email: string }[] }>('GET', '/users');
    const id = items.find(({ email }) => email === 'new@example.test')?.id;
    await server.api('POST', `/users/${id}/disable`, {});
    expect(await come({ sub: 'new', email: 'new@example.test' })).toBe('kept_out');
    await server.api('DELETE', `/users/${id}`);
    expect(await come({ sub: 'new', email: 'new@example.test' })).toBe('kept_out');
    await change(lying.id, { enabled: false });
    expect((await fetch(`${server.url}/api/v1/auth/oidc/${lying.id}/start`)).status).toBe(404);
  },
);

test.skipIf(reason !== undefined)(
  'SE-5: the log says by what somebody signed in, and believes a second factor of the provider only where that is set',
  async () => {
    const come = async (trustMfa: boolean) => {
      await change(lying.id, { enabled: true, settings: settings({ issuer: hostile.url, trustMfa }) });
      const visitor = aBrowser();
      const { state, nonce } = await leave(visitor, lying);
      hostile.idToken = hostile.mint(nonce, { amr: ['pwd', 'mfa'] });
      expect(problemOf(await comeBack(visitor, lying, { code: 'x', state }))).toBeNull();
    };
    const told = async () => {
      const { items } = await server.api<{
        items: { content: { target: { name: string }; after: { methods: string[] } } }[];
      }>('GET', '/audit?log=system&action=user.login&limit=500');
      return items
        .filter(({ content }) => content.target.name === 'mallory@example.test')
        .map(({ content }) => content.after.methods);
    };
    const before = (await told()).length;
    await come(false);
    await come(true);
    await until('both are in the log', async () => (await told()).length >= before + 2);
    expect((await told()).slice(0, 2)).toEqual([['oidc', 'mfa'], ['oidc']]);
  },
);

test.skipIf(reason !== undefined)(
  'SE-5, SE-6: who has a second factor here owes it after a provider too, unless the provider is believed to have asked for one',
  async () => {
    const come = async (visitor: Visitor, claims: object = {}) => {
      const { state, nonce } = await leave(visitor, lying, '/devices?query=x');
      hostile.idToken = hostile.mint(nonce, { sub: 'two', email: 'two@example.test', ...claims });
      return comeBack(visitor, lying, { code: 'x', state });
    };
    const post = async <Body>(visitor: Visitor, path: string, body: object) => {
      const headers = { 'content-type': 'application/json', origin: server.url };
      const init = { method: 'POST', headers, body: JSON.stringify(body) };
      const answer = await visitor.ask(`${server.url}/api/v1/auth${path}`, init);
      expect([path, answer.status]).toEqual([path, expect.any(Number)]);
      return (await answer.json()) as Body;
    };
    await change(lying.id, { settings: settings({ issuer: hostile.url }) });
    const first = aBrowser();
    expect((await come(first)).pathname).toBe('/devices');
    const { secret } = await post<{ secret: string }>(first, '/factors/totp', {});
    const code = totpCode(secret);
    const confirmed = await post<{ recoveryCodes: string[] }>(first, '/factors/totp/confirm', { code });

    const second = aBrowser();
    const owed = await come(second);
    expect([owed.pathname, owed.search]).toEqual(['/sign-in', '?to=%2Fdevices%3Fquery%3Dx']);
    expect(await me(second)).toBeUndefined();
    const ticket = new URLSearchParams(owed.hash.slice(1));
    expect(ticket.get('methods')?.split(',')).toContain('totp');
    const proof = { method: 'recovery', code: confirmed.recoveryCodes[0] };
    await post(second, '/factor', { ticket: ticket.get('ticket'), proof, cookie: true });
    expect((await me(second))?.email).toBe('two@example.test');

    expect((await come(aBrowser(), { amr: ['mfa'] })).pathname).toBe('/sign-in');
    await change(lying.id, { settings: settings({ issuer: hostile.url, trustMfa: true }) });
    expect((await come(aBrowser(), { amr: ['mfa'] })).pathname).toBe('/devices');
    expect((await come(aBrowser(), { amr: ['pwd'] })).pathname).toBe('/sign-in');
  },
);
