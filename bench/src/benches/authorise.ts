import type { SessionId, UserId } from '@muster/contracts';
import { SQL } from 'bun';
import { createEvents } from '../../../apps/server/src/modules/events/index.ts';
import { createIdentity, type Identity } from '../../../apps/server/src/modules/identity/index.ts';
import { systemClock } from '../../../apps/server/src/platform/clock/index.ts';
import { createSealer } from '../../../apps/server/src/platform/crypto/sealing.ts';
import { type TestDatabase, testDatabase } from '../../../apps/server/src/platform/db/testing.ts';
import { anAudit } from '../../../apps/server/src/testing/audit-fixture.ts';
import { endsWith } from '../ending.ts';
import { percentile } from '../measure/percentile.ts';
import type { Report } from '../measure/report.ts';

/*
 * Authorising a request: from a session's token, an API key's secret or an access token to the person with every right and its scope,
 * with 1,000 people who each have a role at each of 200 sites, on a real PostgreSQL.
 */

const PEOPLE = 1_000;
const SITES = 200;
/** Everybody once: the first look at a person reads pages that no cache has. */
const WARM_UP = PEOPLE;
const LIMIT_MS = 1;

/** Everybody has a role of their own at every site, in turns: the worst that the fold of grants can meet. */
async function seed({ url }: TestDatabase): Promise<void> {
  await using owner = new SQL(url, { max: 1 });
  const [org] = await owner`insert into organisations (id, name) values (uuidv7(), 'bench') returning id`;
  await owner`insert into sites (id, org_id, name)
    select uuidv7(), ${org.id}::uuid, 'site ' || n from generate_series(1, ${SITES}::int) n`;
  await owner`insert into users (id, email, name, password_hash)
    select uuidv7(), 'p' || n || '@example.org', 'Person ' || n, 'none' from generate_series(1, ${PEOPLE}::int) n`;
  await owner`
    insert into grants (id, user_id, role_id, org_id, site_id)
    select uuidv7(), u.id, (array(select id from roles order by id))[1 + mod(row_number() over (), 3)], s.org_id, s.id
    from users u cross join sites s where s.org_id = ${org.id}::uuid`;
  await owner`
    insert into sessions (id, user_id, token_hash, address, user_agent, expires_at)
    select uuidv7(), id, sha256(('mst_' || email)::bytea), '127.0.0.1', 'bench', now() + interval '1 day' from users`;
  await owner`
    insert into api_keys (id, user_id, name, prefix, secret_hash, expires_at, last_used_at)
    select uuidv7(), id, 'bench', email, sha256(('msk_' || email)::bytea), now() + interval '1 day', now() from users`;
  await owner.unsafe('vacuum analyze');
}

/** See the head of this file. */
export async function authorise(report: Report, { samples }: { samples: number }): Promise<void> {
  report.context({ people: PEOPLE, sites: SITES, grants: PEOPLE * SITES, samples, concurrency: 1 });
  const fixture = await testDatabase();
  const end = endsWith(() => fixture.drop());
  try {
    await seed(fixture);
    const identity = createIdentity({
      database: fixture.database,
      audit: anAudit(fixture.database),
      events: createEvents({ database: fixture.database, onError: () => undefined }),
      clock: systemClock,
      takeRootKey: async () => undefined,
      trust: {
        ...createSealer(crypto.getRandomValues(new Uint8Array(32))),
        installationId: crypto.randomUUID(),
      },
      onError: () => undefined,
    });
    const ways = {
      'a session': (n: number) => `mst_${emailOf(n)}`,
      'an API key': (n: number) => `msk_${emailOf(n)}`,
      'an access token': await accessTokens(identity, fixture.url),
    };
    for (const [what, tokenOf] of Object.entries(ways)) {
      const times = await measure(identity, tokenOf, samples);
      report.tell(`to authorise by ${what} p50`, percentile(times, 0.5), 'ms');
      report.percentileBelow(`to authorise by ${what} p95`, times, percentile(times, 0.95), LIMIT_MS);
    }
  } finally {
    await end();
  }
}

const emailOf = (n: number) => `p${n}@example.org`;

/** One for each person, signed before anything is measured. */
async function accessTokens(identity: Identity, url: string): Promise<(n: number) => string> {
  await using owner = new SQL(url, { max: 1 });
  const rows: { id: SessionId; userId: UserId; email: string }[] = await owner`
    select s.id, s.user_id as "userId", u.email from sessions s join users u on u.id = s.user_id`;
  const signed = new Map<string, string>();
  for (const { id: sessionId, userId, email } of rows) {
    signed.set(email, await identity.tokens.accessTokens.sign({ sessionId, userId }, ['Operator']));
  }
  return (n) => signed.get(emailOf(n)) ?? '';
}

async function measure(
  identity: Identity,
  tokenOf: (n: number) => string,
  samples: number,
): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < WARM_UP + samples; round++) {
    const token = tokenOf(1 + (round % PEOPLE));
    const before = performance.now();
    const person = await identity.authenticate({ token, via: 'bearer' }, '127.0.0.1');
    if (round >= WARM_UP) times.push(performance.now() - before);
    if (person?.limits?.get('devices:read')?.only?.siteIds.length !== SITES)
      throw new Error('not everything was read');
  }
  return times;
}
