import { readdirSync, readFileSync } from 'node:fs';
import type { OrgId } from '@muster/contracts';
import { SQL } from 'bun';
import { createQueries } from '../../../apps/server/src/modules/devices/query/compile-query.ts';
import { DEVICE_FIELDS } from '../../../apps/server/src/modules/devices/query/fields.ts';
import { seedFleet } from '../../../apps/server/src/modules/devices/testing/seed-fleet.ts';
import { createEvents } from '../../../apps/server/src/modules/events/index.ts';
import {
  createMembership,
  MEMBERSHIP_FIELDS,
  type Membership,
} from '../../../apps/server/src/modules/membership/index.ts';
import { decideMembers } from '../../../apps/server/src/modules/membership/usecases/decide-members.ts';
import {
  loadSmartGroups,
  touchedGroups,
} from '../../../apps/server/src/modules/membership/usecases/smart-groups.ts';
import { testDatabase } from '../../../apps/server/src/platform/db/testing.ts';
import { percentile } from '../measure/percentile.ts';
import type { Report } from '../measure/report.ts';

/*
 * Smart groups under changes: one fact from its commit to the group that shows it, and many facts a second with what
 * each costs the processors (this process and PostgreSQL), beside the same changes while nobody looks at them.
 */

const GROUPS = 500;
const DECIDED_MS = 5;
const VISIBLE_MS = 1_000;
const CPU_MS = 0.8;
const RATE = 1_000;
const SECONDS = 10;

/** Each fifth asks for something else, so that one changed fact touches a fifth of them at most. */
const QUERIES: readonly ((at: number) => string)[] = [
  (at) => `tag.bench = v${at}`,
  (at) => `hostname ~ "srv-${at}"`,
  (at) => `cpu > ${at % 100} and os = windows`,
  (at) => `agent.version < 1.${at % 9} and site = Berlin`,
  (at) => `status = offline and ip in 10.${at % 200}.0.0/16`,
];

type Deps = Parameters<typeof createMembership>[0];

/** See the head of this file. */
export async function groups(
  report: Report,
  { devices, samples }: { devices: number; samples: number },
): Promise<void> {
  report.context({ devices, groups: GROUPS, samples, rate: RATE, seconds: SECONDS, fsync: 'off' });
  const { database, url, drop } = await testDatabase();
  const owner = new SQL(url, { max: 8 });
  const events = createEvents({ database, onError: () => undefined });
  const deps: Deps = {
    database,
    events,
    queries: createQueries([...DEVICE_FIELDS, ...MEMBERSHIP_FIELDS]),
    count: async () => 0,
    list: async () => [],
    onError: (error) => report.say(String(error)),
  };
  const membership = createMembership(deps);
  try {
    const fleet = await seedFleet(database, devices);
    await owner`
      insert into groups (id, org_id, name, query)
      select uuidv7(), ${fleet.orgId}, 'Group ' || n.at, n.query
      from json_to_recordset(${JSON.stringify(definitions())}::text::json) as n (at int, query text)`;
    await owner.unsafe('vacuum analyze');
    const baseline = await changeMany(owner, devices);
    await owner`delete from membership_queue`;
    await membership.start();
    report.say(`${GROUPS} groups look at ${devices} devices`);
    const begun = performance.now();
    await settle(owner, membership);
    report.tell('until all new groups know every device', (performance.now() - begun) / 1_000, 's');
    await oneByOne(report, owner, samples);
    await settle(owner, membership);
    await decide(report, deps, { orgId: fleet.orgId, devices });
    const watched = await changeMany(owner, devices, () => settle(owner, membership));
    report.tell('changes a second, while looked at', watched.perSecond, 'per s');
    report.below('processor time for each change', watched.cpuMs - baseline.cpuMs, 'ms', CPU_MS);
    report.below('until the last change was looked at', watched.behindMs, 'ms', VISIBLE_MS);
  } finally {
    await membership.stop();
    await owner.close();
    await drop();
  }
}

function definitions(): { at: number; query: string }[] {
  return Array.from({ length: GROUPS }, (_, at) => ({ at, query: QUERIES[at % QUERIES.length]?.(at) ?? '' }));
}

async function settle(owner: SQL, membership: Membership): Promise<void> {
  for (;;) {
    await membership.settled();
    const [open] = await owner`select from groups where query is distinct from settled_query limit 1`;
    if (open === undefined) return;
    await Bun.sleep(20);
  }
}

/** One changed tag at a time, from its commit to the members. */
async function oneByOne(report: Report, owner: SQL, samples: number): Promise<void> {
  const ids: { id: string }[] = await owner`select id from devices order by id limit ${samples}`;
  const times: number[] = [];
  for (const [at, { id }] of ids.entries()) {
    await owner`update devices set tags = ${JSON.stringify({ bench: `v${(at % 100) * 5}` })}::text::jsonb where id = ${id}`;
    const start = performance.now();
    for (;;) {
      const [member] = await owner`
        select from smart_members m join groups g on g.id = m.group_id
        where m.device_id = ${id} and g.query = ${`tag.bench = v${(at % 100) * 5}`}`;
      if (member !== undefined) break;
    }
    times.push(performance.now() - start);
  }
  report.tell('from a commit to the group that shows it p50', percentile(times, 0.5), 'ms');
  report.percentileBelow(
    'from a commit to the group that shows it p95',
    times,
    percentile(times, 0.95),
    VISIBLE_MS,
  );
}

/** The decision alone: one device whose tags changed, asked by every group that a tag can touch. */
async function decide(
  report: Report,
  deps: Deps,
  { orgId, devices }: { orgId: OrgId; devices: number },
): Promise<void> {
  const touched = touchedGroups((await loadSmartGroups(deps)).get(orgId) ?? [], new Set(['all_tags']));
  if (touched.length === 0) throw new Error('a changed tag touches no group: nothing would be measured');
  report.tell('groups that a changed tag touches', touched.length, 'count');
  const times: number[] = [];
  for (let at = 0; at < 1_000; at++) {
    const start = performance.now();
    await decideMembers(deps, orgId, { deviceNos: [1 + ((at * 7_919) % devices)], groups: touched });
    times.push(performance.now() - start);
  }
  report.percentileBelow('until decided p95', times, percentile(times, 0.95), DECIDED_MS);
}

/** Changes tags at a steady rate; tells what each cost the processors of this process and of PostgreSQL. */
async function changeMany(
  owner: SQL,
  devices: number,
  until: () => Promise<void> = async () => undefined,
): Promise<{ perSecond: number; cpuMs: number; behindMs: number }> {
  const before = await cpuOf(owner);
  const start = performance.now();
  const slice = RATE / 20;
  for (let sent = 0; sent < RATE * SECONDS; sent += slice) {
    const changes = Array.from(
      { length: slice },
      (_, at) => owner`
      update devices set tags = jsonb_build_object('bench', 'v' || ${(sent + at) % 500}::int)
      where device_no = ${1 + (((sent + at) * 7_919) % devices)}`,
    );
    await Promise.all(changes);
    const ahead = start + ((sent + slice) / RATE) * 1_000 - performance.now();
    if (ahead > 0) await Bun.sleep(ahead);
  }
  const ended = performance.now();
  await until();
  const behindMs = performance.now() - ended;
  const cpuMs = ((await cpuOf(owner)) - before) / (RATE * SECONDS);
  return { perSecond: (RATE * SECONDS) / ((ended - start) / 1_000), cpuMs, behindMs };
}

/** Processor time of this process and of PostgreSQL with all its children, in milliseconds. */
async function cpuOf(owner: SQL): Promise<number> {
  const [row]: { pid: number }[] = await owner`
    select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int as pid`;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000 + familyOf(row?.pid ?? 0);
}

const TICK_MS = 10;

function familyOf(root: number): number {
  let total = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const [, rest = ''] = /^\d+ \(.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
      const words = rest.split(' ');
      if (Number(words[1]) !== root && Number(pid) !== root) continue;
      // Own time; of the postmaster also that of its children that have ended.
      total += Number(words[11]) + Number(words[12]);
      if (Number(pid) === root) total += Number(words[13]) + Number(words[14]);
    } catch {
      // It ended while it was looked at.
    }
  }
  return total * TICK_MS;
}
