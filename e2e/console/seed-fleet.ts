import { openDatabase } from '../src/index.ts';

/** How many devices of each system are offline, unresponsive and so on, as the same call always gives them. */
export type Seeded = { readonly total: number; readonly offline: number };

/**
 * Writes devices straight into a server's tables: a fleet of a size that no test machine could run agents for. Their
 * presence belongs to a gateway that is gone, which the server notices after some minutes.
 */
export async function seedFleet(dataFolder: string, count: number): Promise<Seeded> {
  const sql = openDatabase(dataFolder);
  try {
    await sql.begin(async (tx) => {
      await tx.unsafe('set local role muster_system');
      await tx.unsafe(DEVICES, [count]);
      await tx.unsafe(FACTS);
      await tx.unsafe(PRESENCE);
      await tx.unsafe(LATEST);
    });
    const [row] = await sql.unsafe(`select count(*)::int as total,
      count(*) filter (where p.presence = 'offline')::int as offline
      from devices d join device_presence p using (device_no)`);
    return row as Seeded;
  } finally {
    await sql.close();
  }
}

const DEVICES = `
  insert into devices (id, org_id, site_id, created_at, lifecycle, os, arch, hostname, hostname_folded, search_text,
    os_name, os_version, agent_version, serial_number, addresses, tags)
  select uuidv7(), s.org_id, s.id, now() - n * interval '7 minutes',
    case when n % 97 = 0 then 'suspended' else 'active' end,
    os, case when n % 9 = 0 then 'arm64' else 'amd64' end, host, host, lower(host || E'\\n' || serial || E'\\n' || address),
    case os when 'windows' then (array['Windows 11 Pro', 'Windows Server 2025'])[1 + n % 2]
      when 'darwin' then 'macOS 15.5' else (array['Debian GNU/Linux 12', 'Ubuntu 24.04.2 LTS'])[1 + n % 2] end,
    '12.' || n % 10, '0.1.0', serial, array[address::inet],
    jsonb_build_object('role', role, 'ring', (1 + n % 3)::text)
  from (
    select n, role, case role when 'desk' then 'windows' when 'studio' then 'darwin' else 'linux' end as os,
      role || '-' || lpad(n::text, 5, '0') as host, 'SN' || upper(substr(md5(n::text), 1, 10)) as serial,
      '10.' || n / 65536 || '.' || n / 256 % 256 || '.' || n % 256 as address
    from generate_series(1, $1::int) n,
      lateral (select (array['web', 'db', 'desk', 'build', 'studio', 'desk', 'mail'])[1 + n % 7] as role) r
  ) made, (select id, org_id from sites order by created_at, id limit 1) s`;

const FACTS = `
  insert into device_facts (device_id, org_id, reported_at)
  select id, org_id, now() from devices on conflict do nothing`;

const PRESENCE = `
  update device_presence p set presence = d.p, since = now() - d.device_no % 3000 * interval '1 minute',
    reason = case d.p when 'online' then 'connected' when 'offline' then 'silent' else 'network' end,
    first_seen_at = now() - interval '30 days', last_seen_at = now() - d.device_no * 37 % 9000 * interval '1 minute'
  from (select device_no, case when device_no % 12 < 10 then 'online' when device_no % 12 < 11 then 'offline'
    else 'unresponsive' end as p from devices) d
  where p.device_no = d.device_no and p.presence = 'unknown'`;

const LATEST = `
  insert into device_latest (device_no, at, cpu_percent, memory_percent, network_bits_per_second,
    disk_free_percent_least, disk_free_percent_most, disk_free_bytes_least, disk_free_bytes_most, disk_names,
    disk_free_percents, disk_free_bytes)
  select device_no, now(), (device_no * 37 % 61) * (device_no % 5) / 4.0, 12 + device_no * 53 % 80,
    device_no::bigint * 104729 % 90000000, a, a, a::bigint * 1e9, a::bigint * 1e9, array['/'], array[a]::real[],
    array[a::bigint * 1000000000]
  from (select d.device_no, 4 + d.device_no * 13 % 92 as a from devices d
    join device_presence p on p.device_no = d.device_no where p.presence = 'online') made
  on conflict do nothing`;
