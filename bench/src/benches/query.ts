import { SQL } from 'bun';
import { createQueries } from '../../../apps/server/src/modules/devices/query/compile-query.ts';
import { DEVICE_FIELDS } from '../../../apps/server/src/modules/devices/query/fields.ts';
import { seedFleet } from '../../../apps/server/src/modules/devices/testing/seed-fleet.ts';
import { listDevices } from '../../../apps/server/src/modules/devices/usecases/list-devices.ts';
import { createFieldCatalogue } from '../../../apps/server/src/modules/fields/index.ts';
import { INVENTORY_FIELDS } from '../../../apps/server/src/modules/inventory/index.ts';
import { MEMBERSHIP_FIELDS } from '../../../apps/server/src/modules/membership/index.ts';
import type { Actor } from '../../../apps/server/src/platform/actor.ts';
import { testDatabase } from '../../../apps/server/src/platform/db/testing.ts';
import { versionSortKey } from '../../../packages/query/src/index.ts';
import { percentile } from '../measure/percentile.ts';
import type { Report } from '../measure/report.ts';

/*
 * First pages by questions about everything that is known of devices, software included, one at a time against a real
 * PostgreSQL that holds millions of installed packages.
 */

const LIMIT_MS = 50;
/** An unanchored wildcard on software looks through the dictionary and gathers many titles. */
const WILDCARD_LIMIT_MS = 500;
const WARM_UP = 2;
const TITLES = 3_000;
const VERSIONS = 12;

const WILDCARDS: readonly string[] = ['software ~ "lib-1"', 'software = *9*', 'not software ~ "tool-2"'];

const QUERIES: readonly string[] = [
  'software = lib-7',
  'software = tool-2999',
  'software = lib-7 and os = windows',
  'not software = lib-7',
  'software "lib-7" < 1.5',
  'software "lib-7" >= 1.11',
  'software "lib-3" = 1.4.0',
  'software "tool-2500" > 1.2 and status = online',
  'software "lib-1" < 1.3 and software "lib-2" > 1.8',
  'software = lib-4 and tag.role = server',
  'software in (tool-2001, tool-2002, tool-2003)',
  'changed.software within 7d',
  'changed.software > 30d and os = linux',
  'changed.software within 1d and software = lib-9',
  'group = "Servers"',
  'group = "Servers" and disk.free < 10%',
  'not group = "Servers" and status = offline',
  'group = "Servers" or software "lib-7" < 1.2',
  'os:windows and tag.role = server and disk.free < 10%',
  'os == "Windows Server 2019" and not presence = online',
  'presence in (offline, unresponsive) and last_seen > 3d',
  'ip in 10.0.0.0/16 or tag.ring = 2',
  'agent.version < 1.2 and created within 90d',
  'web-*',
  'srv-00',
  'name ~ reception',
  'cpu > 90% or memory > 95%',
  'disk["C:"].free < 10%',
  'disk.free < 10GB and os = windows',
  'uptime > 30d and agent.version < 1.3',
  'os.version >= 12.5',
  'serial ~ abc',
  'manufacturer:dell and model = "Model 3"',
  'mac = 02:00:00:00:01:02',
  'lifecycle = pending or lifecycle = suspended',
  'site = Berlin and not os:linux',
  '(os = linux or os = darwin) and (cpu > 50% or disk.used > 90%) and not tag.ring = 1',
];

/** Values stand on half of the devices, on some sites, and once for all. */
const CUSTOM: readonly string[] = [
  'custom.owner = "Person 7 of Amsterdam"',
  'custom.owner ~ amsterdam',
  'not custom.owner ~ amsterdam and os = linux',
  'custom.seats > 90 and status = online',
];

/** See the head of this file. */
export async function query(
  report: Report,
  { devices, packages, samples: perQuery }: { devices: number; packages: number; samples: number },
): Promise<void> {
  report.context({ devices, packages, titles: TITLES, samplesEach: perQuery, concurrency: 1 });
  const { database, url, drop } = await testDatabase();
  try {
    const fleet = await seedFleet(database, devices);
    await using owner = new SQL(url, { max: 1 });
    await seedSoftware(owner, packages);
    await seedGroup(owner, fleet.orgId);
    await seedCustom(owner, fleet.orgId);
    await owner.unsafe('vacuum analyze');
    const actor: Actor = { kind: 'system', part: 'bench', scope: { orgIds: [fleet.orgId] } };
    const own = createFieldCatalogue({ database, onError: (error) => report.say(String(error)) });
    await own.refresh();
    const fields = [...DEVICE_FIELDS, ...INVENTORY_FIELDS, ...MEMBERSHIP_FIELDS];
    const queries = createQueries(fields, own).within([fleet.orgId]);
    const all: number[] = [];
    for (const text of [...QUERIES, ...CUSTOM, ...WILDCARDS]) {
      const samples = await measure({ database, queries }, actor, { text, times: perQuery });
      const isWildcard = WILDCARDS.includes(text);
      if (!isWildcard) all.push(...samples);
      const limit = isWildcard ? WILDCARD_LIMIT_MS : LIMIT_MS;
      report.below(`p95 of "${text}"`, percentile(samples, 0.95), 'ms', limit);
    }
    report.tell('p95 of all but the wildcards', percentile(all, 0.95), 'ms');
  } finally {
    await drop();
  }
}

async function measure(
  deps: Parameters<typeof listDevices>[0],
  actor: Actor,
  { text, times }: { text: string; times: number },
): Promise<number[]> {
  const samples: number[] = [];
  for (let at = -WARM_UP; at < times; at++) {
    const start = performance.now();
    await listDevices(deps, actor, { query: text, sort: 'hostname', limit: 50 });
    if (at >= 0) samples.push(performance.now() - start);
  }
  return samples;
}

/** A tenth of the titles is on every device, the others on some: as a distribution and what people add to it. */
async function seedSoftware(owner: SQL, packages: number): Promise<void> {
  const versions = Array.from({ length: VERSIONS }, (_, at) => `1.${at}.0`);
  const keys = JSON.stringify(versions.map((version) => ({ version, key: versionSortKey(version) })));
  await owner`
    insert into software_titles (ecosystem, name, name_folded)
    select 'deb', name, name from (
      select case when n < ${TITLES / 10} then 'lib-' else 'tool-' end || n as name from generate_series(1, ${TITLES}) n) t`;
  await owner`
    insert into software_versions (ecosystem, version, sort_key)
    select 'deb', version, key from json_to_recordset(${keys}::text::json) as n (version text, key text)`;
  await owner`
    insert into device_software (device_no, title_id, version_id, arch, since, generation)
    select d.device_no, 1 + case when p <= ${packages} * 3 / 4 then p else (p * 37 + d.device_no * 13) % ${TITLES} end,
      1 + (d.device_no + p) % ${VERSIONS}, 'amd64', now(), 1
    from devices d cross join generate_series(1, ${packages}) p on conflict do nothing`;
  await owner`
    insert into inventory_states (device_no, category, state, collected_at, received_at, changed_at, items, generation,
      replacing, whole)
    select device_no, 'software', '\\x00', now(), now(), now() - (device_no % 400) * interval '6 hours', 200, 1, false, true
    from devices`;
}

async function seedGroup(owner: SQL, orgId: string): Promise<void> {
  await owner`
    insert into groups (id, org_id, name, query, queued_query, settled_query)
    values (uuidv7(), ${orgId}, 'Servers', 'tag.role = server', 'tag.role = server', 'tag.role = server')`;
  await owner`
    insert into smart_members (device_id, group_id, org_id)
    select d.id, g.id, d.org_id from devices d join groups g on g.org_id = d.org_id where d.tags ->> 'role' = 'server'`;
}

async function seedCustom(owner: SQL, orgId: string): Promise<void> {
  await owner`
    insert into custom_fields (id, org_id, key, title, kind, applies_to) values
      (uuidv7(), ${orgId}, 'owner', 'Owner', 'text', '{organisation,site,device}'),
      (uuidv7(), ${orgId}, 'seats', 'Seats', 'number', '{organisation,site,device}')`;
  const values = (place: string, level: number) => `
    insert into custom_values (org_id, field_id, key, level, place_id, value, text, number)
    select f.org_id, f.id, f.key, ${level}, p.id, case f.kind when 'text' then to_jsonb(p.owner) else to_jsonb(p.seats) end,
      case f.kind when 'text' then p.owner else p.seats::text end, case f.kind when 'number' then p.seats end
    from custom_fields f join ${place} on p.org_id = f.org_id`;
  await owner.unsafe(
    values(
      `(select id, org_id, 'Person ' || device_no % 40 || ' of ' || (array['Amsterdam', 'Berlin', 'Cairo'])[1 + device_no % 3]
        as owner, device_no % 100 as seats from devices where device_no % 2 = 0) p`,
      3,
    ),
  );
  await owner.unsafe(
    values(
      `(select id, org_id, 'Office ' || name as owner, 5 as seats from sites where name like '%in') p`,
      2,
    ),
  );
  await owner.unsafe(
    values(`(select id, id as org_id, 'Nobody' as owner, 1 as seats from organisations) p`, 0),
  );
}
