import { afterAll, beforeAll, expect, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import type { OrgId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { fakeClock } from '../../platform/clock/testing/fake-clock.ts';
import { createSealer } from '../../platform/crypto/sealing.ts';
import { type TestDatabase, testDatabase } from '../../platform/db/testing.ts';
import type { RawContext } from '../../platform/http/index.ts';
import { newId } from '../../platform/new-id.ts';
import { anAudit } from '../../testing/audit-fixture.ts';
import { createEvents } from '../events/index.ts';
import { createIdentity, type Identity } from './index.ts';

const DAY_MS = 86_400_000;
const clock = fakeClock(Date.now());
const here: RawContext = {
  actor: undefined,
  traceId: '',
  address: '127.0.0.1',
  secure: false,
  host: 'localhost',
  params: {},
  upgrade: () => undefined,
};

let fixture: TestDatabase;
let identity: Identity;
let rootKeys: string[];

beforeAll(async () => {
  fixture = await testDatabase();
  rootKeys = ['the root key'];
  identity = createIdentity({
    database: fixture.database,
    audit: anAudit(fixture.database),
    events: createEvents({ database: fixture.database, onError: () => undefined }),
    clock,
    takeRootKey: async () => rootKeys.pop(),
    trust: { ...createSealer(randomBytes(32)), installationId: crypto.randomUUID() },
    onError: () => undefined,
  });
});
afterAll(() => fixture.drop());

async function setUp(token: string | undefined): Promise<{ token: string; rootKey: string | null }> {
  const body = JSON.stringify({
    token,
    email: 'Ada@Example.org',
    name: 'Ada',
    password: 'correct horse battery',
  });
  const request = new Request('http://localhost/api/v1/setup', { method: 'POST', body });
  const answer = await identity.setUp.route.handle(request, here);
  return (await answer?.json()) as { token: string; rootKey: string | null };
}

const who = (token: string) => identity.authenticate({ token, via: 'bearer' }, '127.0.0.1');
let session = '';

test('a wrong set-up token makes nobody', async () => {
  await identity.setUp.token();
  await expect(setUp('setup_wrong')).rejects.toThrow('The set-up token is wrong');
  expect(await identity.setUp.token()).toBeDefined();
});

test('of two set-ups at once one makes the first administrator and gets the root key, the other finds nothing', async () => {
  const token = await identity.setUp.token();
  const outcomes = await Promise.allSettled([setUp(token), setUp(token)]);

  const done = outcomes.filter((outcome) => outcome.status === 'fulfilled');
  expect(done).toHaveLength(1);
  expect(done[0]?.value.rootKey).toBe('the root key');
  session = done[0]?.value.token ?? '';
  expect(await identity.setUp.token()).toBeUndefined();
  const { rows } = await fixture.database.installation((tx) => tx.execute(sql`select email from users`));
  expect(rows).toEqual([{ email: 'ada@example.org' }]);
});

test('an unattended start makes nobody once somebody exists', async () => {
  const person = { email: 'eve@example.org', name: 'Eve', password: 'correct horse battery' };
  expect(await identity.createFirstAdministrator(person)).toBe(false);
});

test('of a session’s token the database has only a hash', async () => {
  const { rows } = await fixture.database.installation((tx) =>
    tx.execute<{ text: string }>(sql`select s::text as text from sessions s`),
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]?.text).not.toContain(session);
  expect((await who(session))?.name).toBe('Ada');
});

test('rights are those of the moment: a new organisation is seen, a grant that is gone is gone', async () => {
  const orgId = newId<OrgId>();
  await fixture.database.system('test', (tx) =>
    tx.execute(sql`insert into organisations (id, name) values (${orgId}, 'second')`),
  );
  expect((await who(session))?.scope.orgIds).toContain(orgId);

  await fixture.database.system('test', (tx) => tx.execute(sql`delete from grants`));
  const person = await who(session);
  expect(person?.permissions.size).toBe(0);
  expect(person?.scope.orgIds).toEqual([]);
});

test('a session that is used lives on, up to thirty days, and one that rests ends after seven', async () => {
  for (let day = 0; day < 28; day += 4) {
    clock.advance(4 * DAY_MS);
    expect(await who(session)).toBeDefined();
  }
  clock.advance(2 * DAY_MS + 1);
  expect(await who(session)).toBeUndefined();

  await identity.prune();
  clock.advance(40 * DAY_MS);
  await identity.prune();
  const { rows } = await fixture.database.installation((tx) => tx.execute(sql`select id from sessions`));
  expect(rows).toEqual([]);
});
