import type { OrgId, SiteId } from '@muster/contracts';
import { versionSortKey } from '@muster/query';
import { sql } from 'drizzle-orm';
import type { Database } from '../../../platform/db/index.ts';
import { newId } from '../../../platform/new-id.ts';
import { jsonArray } from '../db/facts-rows.ts';

/** A fleet that was written straight into the tables. */
export type Fleet = { readonly orgId: OrgId; readonly siteIds: readonly SiteId[] };

const SITES = ['Berlin', 'Hamburg', 'Köln', 'Lisboa', 'Wien', 'Zürich', 'Head office', 'Warehouse'];

/**
 * Writes `count` devices of every kind in one organisation: three systems, eight sites, tags on most, all presences,
 * metrics for whoever is online. The same call gives the same fleet.
 */
export async function seedFleet(database: Database, count: number): Promise<Fleet> {
  const orgId = newId<OrgId>();
  const siteIds = SITES.map(() => newId<SiteId>());
  await database.system('seed', async (tx) => {
    await tx.execute(sql`insert into organisations (id, name) values (${orgId}, ${`Fleet ${orgId}`})`);
    for (const [at, name] of SITES.entries()) {
      await tx.execute(sql`insert into sites (id, org_id, name) values (${siteIds[at]}, ${orgId}, ${name})`);
    }
    await insertDevices(tx, orgId, siteIds, count);
    await tx.execute(sql`
      insert into device_facts (device_id, org_id, reported_at) select id, org_id, now() from devices
      where org_id = ${orgId}`);
    await insertPresence(tx, orgId);
    await insertLatest(tx, orgId);
  });
  return { orgId, siteIds };
}

const OS_VERSIONS = Array.from({ length: 10 }, (_, at) => `12.${at}`);
const AGENT_VERSIONS = Array.from({ length: 4 }, (_, at) => `1.${at}.0`);

/** The sort keys of versions, as an array that SQL picks from. */
const keyed = (versions: readonly string[]) => sql`(${jsonArray(versions.map(versionSortKey))})`;

type SeedTx = Parameters<Parameters<Database['system']>[1]>[0];

async function insertDevices(
  tx: SeedTx,
  orgId: OrgId,
  siteIds: readonly SiteId[],
  count: number,
): Promise<void> {
  await tx.execute(sql`
    insert into devices (id, org_id, site_id, created_at, booted_at, lifecycle, os, arch, hostname, hostname_folded,
      display_name, search_text, os_name, os_version, os_version_key, agent_version, agent_version_key, serial_number,
      manufacturer, model, addresses, macs, tags)
    select uuidv7(interval '-1 year' + n * interval '1 minute'), ${orgId},
      (select (array_agg(s::text))[1 + n % ${siteIds.length}] from jsonb_array_elements_text(${JSON.stringify(siteIds)}::jsonb) s)::uuid,
      now() - interval '1 year' + n * interval '1 minute',
      case when n % 11 <> 0 then now() - (n * 7 % 1500) * interval '1 hour' end,
      case when n % 97 = 0 then 'pending' when n % 89 = 0 then 'suspended' else 'active' end,
      os, case when n % 5 = 0 then 'arm64' else 'amd64' end, host, lower(host),
      case when n % 10 = 0 then 'Reception ' || n end,
      lower(concat_ws(E'\n', host, case when n % 10 = 0 then 'Reception ' || n end, serial, address)),
      case os when 'windows' then 'Windows 11 Pro' when 'darwin' then 'macOS 15.5' else 'Debian GNU/Linux 12 (bookworm)' end,
      '12.' || n % 10, ${keyed(OS_VERSIONS)}[1 + n % 10], '1.' || n % 4 || '.0',
      ${keyed(AGENT_VERSIONS)}[1 + n % 4],
      case when n % 7 <> 0 then serial end, case when n % 2 = 0 then 'Dell Inc.' else 'LENOVO' end,
      'Model ' || n % 40, array[address::inet, ('fd00::' || to_hex(n % 65536))::inet],
      array['02:00:00:' || lpad(to_hex(n / 65536), 2, '0') || ':' || lpad(to_hex(n / 256 % 256), 2, '0') || ':' || lpad(to_hex(n % 256), 2, '0')],
      case when n % 3 = 0 then '{}'::jsonb
        else jsonb_build_object('role', (array['server', 'desktop', 'kiosk'])[1 + n % 7 % 3], 'ring', (n % 5)::text) end
    from (
      select n, (array['linux', 'windows', 'darwin'])[1 + n % 3] as os,
        (array['srv', 'pc', 'mac'])[1 + n % 3] || '-' || lpad((n * 7919 % 1000003)::text, 6, '0') as host,
        'SN' || md5(n::text) as serial, '10.' || n / 65536 || '.' || n / 256 % 256 || '.' || n % 256 as address
      from generate_series(1, ${count}) n
    ) made`);
}

async function insertPresence(tx: SeedTx, orgId: OrgId): Promise<void> {
  await tx.execute(sql`
    update device_presence p set presence = d.p, since = now() - d.device_no % 5000 * interval '1 minute',
      reason = case d.p when 'online' then 'connected' when 'offline' then 'silent' else 'network' end,
      first_seen_at = created_at, last_seen_at = now() - d.device_no * 37 % 9000 * interval '1 minute',
      gateway_id = 'seeded', connection_epoch = d.device_no
    from (select device_no, created_at, case when device_no % 10 < 7 then 'online' when device_no % 10 < 9 then 'offline'
      else 'unresponsive' end as p from devices where org_id = ${orgId} and device_no % 50 <> 0) d
    where p.device_no = d.device_no`);
}

async function insertLatest(tx: SeedTx, orgId: OrgId): Promise<void> {
  await tx.execute(sql`
    insert into device_latest (device_no, at, cpu_percent, memory_percent, network_bits_per_second,
      disk_free_percent_least, disk_free_percent_most, disk_free_bytes_least, disk_free_bytes_most, disk_names,
      disk_free_percents, disk_free_bytes)
    select device_no, now(), device_no * 37 % 1000 / 10.0, device_no * 53 % 1000 / 10.0, device_no * 101 % 100000000,
      least(a, b), greatest(a, b), least(a, b)::bigint * 1000000000, greatest(a, b)::bigint * 1000000000,
      array['c:', 'd:'], array[a, b]::real[], array[a::bigint * 1000000000, b::bigint * 1000000000]
    from (select d.device_no, d.device_no * 13 % 100 as a, d.device_no * 29 % 100 as b from devices d
      join device_presence p on p.device_no = d.device_no where d.org_id = ${orgId} and p.presence = 'online') made`);
}
