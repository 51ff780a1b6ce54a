import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { createHmac, randomBytes } from 'node:crypto';
import type { SessionId, UserId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { decodeJwt, decodeProtectedHeader, exportPKCS8, generateKeyPair, SignJWT } from 'jose';
import { type FakeClock, fakeClock } from '../../../platform/clock/testing/fake-clock.ts';
import { createSealer } from '../../../platform/crypto/sealing.ts';
import { type TestDatabase, testDatabase } from '../../../platform/db/testing.ts';
import { readCredentials } from '../../../platform/http/index.ts';
import { newId } from '../../../platform/new-id.ts';
import { createVault } from '../../../platform/vault/index.ts';
import { type AccessTokens, createAccessTokens } from './access-tokens.ts';

const DAY_MS = 24 * 3_600_000;
const SUBJECT = { userId: newId<UserId>(), sessionId: newId<SessionId>() };
const INSTALLATION = crypto.randomUUID();
let fixture: TestDatabase;
let clock: FakeClock;
let tokens: AccessTokens;
const vault = createVault(createSealer(randomBytes(32)));
const create = (installationId = INSTALLATION) =>
  createAccessTokens({ database: fixture.database, clock, vault, installationId });

beforeAll(async () => {
  fixture = await testDatabase();
});
beforeEach(async () => {
  clock = fakeClock(Date.parse('2026-05-01T12:00:00Z'));
  await fixture.database.system('test', (tx) => tx.execute(sql`delete from access_token_keys`));
  tokens = create();
});
afterAll(() => fixture.drop());

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('SE-5: an access token is ES256, short-lived, and says who it is for', async () => {
  const token = await tokens.sign(SUBJECT, ['Admin']);

  expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
  expect(decodeJwt(token)).toMatchObject({
    iss: INSTALLATION,
    aud: INSTALLATION,
    sub: SUBJECT.userId,
    sid: SUBJECT.sessionId,
    roles: ['Admin'],
  });
  expect(await tokens.verify(token)).toEqual(SUBJECT);

  clock.advance(599_000);
  expect(await tokens.verify(token)).toEqual(SUBJECT);
  clock.advance(1_000);
  expect(await tokens.verify(token)).toBeUndefined();
});

test('SE-5: however many roles somebody has, their token fits into a header that this server reads', async () => {
  const roles = Array.from({ length: 20 }, (_, at) => `${'役'.repeat(198)}${at}`);
  const token = await tokens.sign(SUBJECT, ['Admin', ...roles, 'Viewer']);
  const headers = new Headers({ authorization: `Bearer ${token}` });

  expect(readCredentials(headers, true)).toEqual({ token, via: 'bearer' });
  expect(decodeJwt<{ roles: string[] }>(token).roles).toContain('Admin');
  expect(await tokens.verify(token)).toEqual(SUBJECT);
});

describe('SE-5: a token that is none of ours is refused', () => {
  const forge = async (change: { header?: object; claims?: object; secret?: string | Buffer }) => {
    const good = await tokens.sign(SUBJECT, []);
    const head = part({ ...decodeProtectedHeader(good), ...change.header });
    const body = part({ ...decodeJwt(good), ...change.claims });
    const signature = change.secret
      ? createHmac('sha256', change.secret).update(`${head}.${body}`).digest('base64url')
      : (good.split('.')[2] ?? '');
    return `${head}.${body}.${signature}`;
  };

  test('and one that was only written down again is not', async () => {
    expect(await tokens.verify(await forge({}))).toEqual(SUBJECT);
  });

  test('without a signature, whatever it calls its algorithm', async () => {
    for (const alg of ['none', 'None', 'NONE', '']) {
      const [head, body] = (await forge({ header: { alg } })).split('.');
      expect(await tokens.verify(`${head}.${body}.`)).toBeUndefined();
    }
  });

  test('signed as HS256 with the public key for a secret, in each of its spellings', async () => {
    const [jwk] = await tokens.publicKeys();
    const spellings = [JSON.stringify(jwk), String(jwk?.x), Buffer.from(String(jwk?.x), 'base64url')];
    for (const secret of spellings) {
      expect(await tokens.verify(await forge({ header: { alg: 'HS256' }, secret }))).toBeUndefined();
    }
  });

  test('with claims that were changed, a key that is not here, or a key that it brings along', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    expect(await exportPKCS8(privateKey)).toContain('PRIVATE');
    const own = (header: object) =>
      new SignJWT({ sid: SUBJECT.sessionId })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...header })
        .setIssuer(INSTALLATION)
        .setAudience(INSTALLATION)
        .setSubject(SUBJECT.userId)
        .setIssuedAt(Math.floor(clock.now() / 1_000))
        .setExpirationTime(Math.floor(clock.now() / 1_000) + 60)
        .sign(privateKey);
    const kid = (await tokens.publicKeys())[0]?.kid;
    const jwk = { ...(await crypto.subtle.exportKey('jwk', publicKey as CryptoKey)) };

    expect(await tokens.verify(await forge({ claims: { sub: newId<string>() } }))).toBeUndefined();
    expect(await tokens.verify(await own({ kid }))).toBeUndefined();
    expect(await tokens.verify(await own({ kid: newId<string>() }))).toBeUndefined();
    expect(await tokens.verify(await own({ kid: '../../etc/passwd' }))).toBeUndefined();
    expect(await tokens.verify(await own({ kid: "' or 1=1 --" }))).toBeUndefined();
    expect(await tokens.verify(await own({}))).toBeUndefined();
    expect(await tokens.verify(await own({ kid, jwk, jku: 'http://127.0.0.1:9/keys' }))).toBeUndefined();
  });

  test('made by another installation with the very same keys', async () => {
    const elsewhere = await create(crypto.randomUUID()).sign(SUBJECT, []);

    expect(await tokens.verify(elsewhere)).toBeUndefined();
  });

  test('that is no token at all', async () => {
    for (const text of ['', '.', '..', 'a.b.c', `${'a'.repeat(2_000)}.b.c`, 'eyJhbGciOiJFUzI1NiJ9..']) {
      expect(await tokens.verify(text)).toBeUndefined();
    }
  });
});

test('SE-5: keys change after thirty days, and what the old one signed is good until it expires', async () => {
  await tokens.sign(SUBJECT, []);
  clock.advance(30 * DAY_MS - 1);
  const old = await tokens.sign(SUBJECT, []);
  clock.advance(60_001);
  const fresh = await tokens.sign(SUBJECT, []);

  expect(decodeProtectedHeader(fresh).kid).not.toBe(decodeProtectedHeader(old).kid);
  expect(await tokens.verify(old)).toEqual(SUBJECT);
  expect(await tokens.verify(fresh)).toEqual(SUBJECT);
  expect(await tokens.publicKeys()).toHaveLength(2);

  clock.advance(30 * DAY_MS);
  await tokens.sign(SUBJECT, []);
  const kids = (await tokens.publicKeys()).map(({ kid }) => kid);
  expect(kids).toHaveLength(2);
  expect(kids).not.toContain(decodeProtectedHeader(old).kid);
});

test('SE-5: a key that another server has just made is known at once', async () => {
  await tokens.sign(SUBJECT, []);
  clock.advance(30 * DAY_MS);
  const elsewhere = create();
  await tokens.verify('a.b.c');
  const signed = await elsewhere.sign(SUBJECT, []);

  expect(await tokens.verify(signed)).toEqual(SUBJECT);
});

test('SE-9: neither half of a private key is in the database in the clear', async () => {
  await tokens.sign(SUBJECT, []);
  const { rows } = await fixture.database.system('test', (tx) =>
    tx.execute<{ row: string; sealed: Buffer }>(sql`
      select k::text as row, v.sealed from access_token_keys k join vault_secrets v on v.id = k.secret_id`),
  );

  expect(rows).toHaveLength(1);
  expect(rows[0]?.row).not.toContain('"d"');
  expect(rows[0]?.sealed.toString('latin1')).not.toContain('"d"');
});
