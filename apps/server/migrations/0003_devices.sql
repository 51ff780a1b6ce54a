-- Devices: the registry (owned), what is volatile about them (bulk), and the view that lists read.

create table devices (
  id uuid primary key,
  org_id uuid not null references organisations,
  site_id uuid not null references sites,
  device_no int not null generated always as identity unique,
  -- The etag: rises with every change a person can see or undo.
  version int not null default 1,
  created_at timestamptz not null default now(),
  enrolled_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  booted_at timestamptz,
  deleted_at timestamptz,
  clone_of uuid references devices,
  -- Columns of varying length stand in the order of what filters cost: reading the last of a row costs 10 ms in 50,000.
  lifecycle text not null check (lifecycle in ('pending', 'active', 'suspended', 'revoked', 'retired')),
  -- What filters read. Stored, because putting both together for 50,000 devices takes longer than a query (5 → 19 ms).
  all_tags jsonb not null generated always as (ruled_tags || tags) stored,
  hostname_folded text not null,
  addresses inet[] not null default '{}',
  manufacturer text,
  agent_version_key text not null default '',
  os text not null check (os in ('linux', 'windows', 'darwin')),
  arch text not null,
  policy_level text not null default 'control' check (policy_level in ('observe', 'manage', 'control')),
  -- Raw display text; `hostname_folded` is its case-folded twin that filters and the default order use.
  hostname text not null check (length(hostname) between 1 and 255),
  display_name text check (length(display_name) between 1 and 255),
  -- Everything that a bare word in the search box is looked for in, folded, a line each.
  search_text text not null,
  os_name text not null default '',
  os_version text not null default '',
  os_version_key text not null default '',
  agent_version text not null default '',
  serial_number text,
  model text,
  macs text[] not null default '{}',
  -- By hand, which win, and by the smart groups that the device is in.
  tags jsonb not null default '{}' check (jsonb_typeof(tags) = 'object'),
  ruled_tags jsonb not null default '{}' check (jsonb_typeof(ruled_tags) = 'object')
) with (fillfactor = 90);
comment on table devices is 'owned: every machine that was ever enrolled, with the facts that lists filter and sort by';
create index devices_by_name on devices (hostname_folded, id) where deleted_at is null;
create index devices_by_age on devices (created_at, id) where deleted_at is null;
create index devices_of_site on devices (site_id);
alter table devices enable row level security;
alter table devices force row level security;
-- The sub-select makes the scope a value computed once a statement instead of once a row.
create policy scope on devices using (org_id = any ((select muster.scope())::uuid[]));
grant select, insert, update on devices to muster_app, muster_system;

create table device_facts (
  device_id uuid primary key references devices,
  org_id uuid not null references organisations,
  fqdn text,
  os_build text,
  kernel text,
  cpu_model text,
  cpu_cores int,
  memory_total_bytes bigint,
  timezone text,
  virtualisation text,
  -- Of the operating system; a hint, never an identity.
  machine_id text,
  interfaces jsonb not null default '[]' check (jsonb_typeof(interfaces) = 'array'),
  reported_at timestamptz not null
);
comment on table device_facts is 'owned: facts that are shown but not listed by, apart so that the scan of devices stays short';
alter table device_facts enable row level security;
alter table device_facts force row level security;
create policy scope on device_facts using (org_id = any ((select muster.scope())::uuid[]));
grant select, insert, update on device_facts to muster_app, muster_system;

create table device_keys (
  device_id uuid primary key references devices,
  org_id uuid not null references organisations,
  -- DER SubjectPublicKeyInfo, P-256.
  public_key bytea not null,
  token_hash bytea not null check (length(token_hash) = 32),
  previous_token_hash bytea check (length(previous_token_hash) = 32),
  token_rotated_at timestamptz not null,
  -- Boots that spoke under this key, newest last: {id, isClone}[] of modules/devices/domain/admission.ts.
  boots jsonb not null default '[]' check (jsonb_typeof(boots) = 'array'),
  -- Highest command sequence handed out.
  command_sequence bigint not null default 0
) with (fillfactor = 80);
comment on table device_keys is 'owned: what proves a device: key, token, boots; read at each challenge';
create index device_keys_by_key on device_keys using hash (public_key);
alter table device_keys enable row level security;
alter table device_keys force row level security;
create policy scope on device_keys using (org_id = any ((select muster.scope())::uuid[]));
grant select, insert, update on device_keys to muster_app, muster_system;

-- One row for every device from its first moment, so that the planner's statistics tell the truth about lists that are
-- filtered by it. No further index: every column changes often, and 50,000 rows are scanned in 5 ms.
create table device_presence (
  device_no int primary key,
  presence text not null default 'unknown' check (presence in ('unknown', 'online', 'unresponsive', 'offline')),
  reason text not null default 'never_seen',
  since timestamptz not null default now(),
  first_seen_at timestamptz,
  last_seen_at timestamptz,
  -- Which gateway holds the device, by which of its connections; compared on every write.
  gateway_id text not null default '',
  connection_epoch bigint not null default 0,
  beacon_interval_ms int not null default 60000
) with (fillfactor = 60);
comment on table device_presence is 'bulk: presence, written by modules/devices/presence alone';
grant select, insert, update on device_presence to muster_system;

-- Whoever registers a device has no rights on presence; the row comes with the device.
create function muster.add_presence() returns trigger
language plpgsql security definer set search_path = public as $$
begin
  insert into device_presence (device_no) values (new.device_no);
  return null;
end $$;
revoke execute on function muster.add_presence from public;
create trigger add_presence after insert on devices for each row execute function muster.add_presence();

-- Rises with every connection of every device, whichever gateway it reaches.
create sequence device_connection_epochs as bigint cache 1;
grant usage on sequence device_connection_epochs to muster_system;

-- Latest closed minute; modules/telemetry writes it, lists filter and sort by it.
create table device_latest (
  device_no int primary key,
  -- Start of the minute that these values are of.
  at timestamptz not null,
  cpu_percent real,
  memory_percent real,
  -- Received and sent, bits a second.
  network_bits_per_second bigint,
  -- Over all fixed disks: the fullest and the emptiest, for filters that mean any disk.
  disk_free_percent_least real,
  disk_free_percent_most real,
  disk_free_bytes_least bigint,
  disk_free_bytes_most bigint,
  -- Each disk, same length and order: for filters that name one. Names are folded.
  disk_names text[] not null default '{}',
  disk_free_percents real[] not null default '{}',
  disk_free_bytes bigint[] not null default '{}',
  -- The agent's own health, from its last check-in.
  agent_resident_bytes bigint,
  agent_cpu_percent real,
  agent_shedding boolean,
  agent_minutes_dropped bigint
) with (fillfactor = 60);
comment on table device_latest is 'bulk: latest minute of each device, written by modules/telemetry';
grant select, insert, update on device_latest to muster_ingest;
grant select, insert, update on device_latest to muster_system;

-- What lists, filters and rows read. The view runs as its owner, on whom row-level security is forced: only devices in
-- muster.scope() come out, and bulk rows only beside them. Metrics older than five minutes say nothing about now.
-- Left joins on unique columns: what a query does not mention, the planner leaves out.
create view muster.device_list as
select
  d.id, d.org_id, d.site_id, d.device_no, d.version, d.created_at, d.enrolled_at, d.updated_at, d.booted_at, d.clone_of,
  d.lifecycle, d.os, d.arch, d.policy_level, d.hostname, d.hostname_folded, d.display_name, d.search_text,
  d.os_name, d.os_version, d.os_version_key, d.agent_version, d.agent_version_key,
  d.serial_number, d.manufacturer, d.model, d.addresses, d.macs, d.tags,
  s.name as site_name,
  p.presence, p.reason as presence_reason, p.since as presence_since, p.last_seen_at as stored_seen_at,
  case when p.presence = 'online' then now() else p.last_seen_at end as last_seen_at,
  l.at as latest_at, l.cpu_percent, l.memory_percent, l.network_bits_per_second,
  l.disk_free_percent_least, l.disk_free_percent_most, l.disk_free_bytes_least, l.disk_free_bytes_most,
  l.disk_names, l.disk_free_percents, l.disk_free_bytes,
  l.agent_resident_bytes, l.agent_cpu_percent, l.agent_shedding, l.agent_minutes_dropped
from devices d
left join sites s on s.id = d.site_id
left join device_presence p on p.device_no = d.device_no
left join device_latest l on l.device_no = d.device_no and l.at > now() - interval '5 minutes'
where d.deleted_at is null;
grant select on muster.device_list to muster_app;
