-- Inventory: what each machine consists of, by category, with the changes of each category instead of copies.
-- Bulk tables: keyed by device_no, written by muster_ingest alone, read through functions that join devices under the
-- caller's scope.

create table software_titles (
  id int primary key generated always as identity,
  ecosystem text not null,
  name text not null check (length(name) between 1 and 300),
  name_folded text not null,
  unique (ecosystem, name)
);
comment on table software_titles is 'bulk: dictionary of names that the devices of all organisations share';
create index software_titles_name on software_titles (name_folded, id);
grant select, insert on software_titles to muster_ingest;
-- A query asks for names here before it knows devices; what it may show is decided by these.
create view muster.title_list as select id, name, name_folded from software_titles;
grant select on muster.title_list to muster_app;

create table software_versions (
  id int primary key generated always as identity,
  ecosystem text not null,
  version text not null,
  -- versionSortKey without the epoch of a distribution, which nobody writes when asking.
  sort_key text not null,
  unique (ecosystem, version)
);
comment on table software_versions is 'bulk: dictionary of versions with the key that orders them';
grant select, insert on software_versions to muster_ingest;

-- One row for each installed version of a title; the query language asks this table.
create table device_software (
  device_no int not null,
  title_id int not null references software_titles,
  version_id int not null references software_versions,
  arch text not null,
  publisher text,
  -- As the machine says, and when this server first heard of it.
  installed_at timestamptz,
  since timestamptz not null,
  size_bytes bigint,
  -- Which whole sending of the category this row was last part of (inventory_states.generation).
  generation smallint not null,
  primary key (device_no, title_id, version_id, arch)
) with (fillfactor = 90);
comment on table device_software is 'bulk: software that is installed now; goes with its device';
create index device_software_title on device_software (title_id, version_id, device_no);
grant select, insert, update, delete on device_software to muster_ingest;

create table inventory_items (
  device_no int not null,
  category text not null,
  kind text not null,
  key text not null,
  fields jsonb not null check (jsonb_typeof(fields) = 'object'),
  since timestamptz not null,
  generation smallint not null,
  primary key (device_no, category, kind, key)
) with (fillfactor = 80);
comment on table inventory_items is 'bulk: what there is now, of every category but software; goes with its device';
create index inventory_items_key on inventory_items (kind, key, device_no);
grant select, insert, update, delete on inventory_items to muster_ingest;

-- One row for each category of a device: its age, and the state that differences start from.
create table inventory_states (
  device_no int not null,
  category text not null,
  state bytea not null check (length(state) <= 32),
  -- In server time: when the agent looked, when it was stored, when anything last changed.
  collected_at timestamptz not null,
  received_at timestamptz not null,
  changed_at timestamptz not null,
  items int not null,
  generation smallint not null,
  -- A whole sending is under way: what it does not name goes when it ends.
  replacing boolean not null,
  -- The category was whole at least once: from then on differences are history.
  whole boolean not null,
  note text not null default '',
  primary key (device_no, category)
) with (fillfactor = 70);
comment on table inventory_states is 'bulk: age and acknowledged state of each category; goes with its device';
create index inventory_states_changed on inventory_states (category, changed_at, device_no);
grant select, insert, update, delete on inventory_states to muster_ingest;

create table inventory_changes (
  id bigint not null generated always as identity,
  device_no int not null,
  at timestamptz not null,
  category text not null,
  kind text not null,
  key text not null,
  change text not null check (change in ('added', 'removed', 'changed')),
  before jsonb,
  after jsonb,
  -- For software.
  title_id int,
  primary key (id, at)
) partition by range (at);
comment on table inventory_changes is 'bulk: what changed, by device and time; month partitions, kept 400 days';
create index inventory_changes_device on inventory_changes (device_no, at desc, id desc);
create index inventory_changes_title on inventory_changes (title_id, at desc) where title_id is not null;
grant select, insert on inventory_changes to muster_ingest;

create function muster.make_inventory_partitions(from_time timestamptz, to_time timestamptz) returns void
language plpgsql security definer set search_path = public set timezone = 'UTC' as $$
declare
  month timestamptz := date_trunc('month', from_time);
  part text;
begin
  while month <= to_time loop
    part := 'inventory_changes_' || to_char(month, 'YYYYMM');
    if to_regclass(part) is null then
      execute format('create table if not exists %I partition of inventory_changes for values from (%L) to (%L)',
        part, month, month + interval '1 month');
      execute format('comment on table %I is %L', part, 'bulk: a month of inventory_changes');
      execute format('grant select, insert on %I to muster_ingest', part);
    end if;
    month := month + interval '1 month';
  end loop;
end $$;

-- Drops the partitions whose whole month lies before `before`; returns their names.
create function muster.drop_inventory_partitions(before timestamptz) returns setof text
language plpgsql security definer set search_path = public set timezone = 'UTC' as $$
declare
  part text;
begin
  for part in
    select child.relname from pg_inherits join pg_class child on child.oid = inhrelid
    where inhparent = 'inventory_changes'::regclass order by child.relname
  loop
    if to_date(right(part, 6), 'YYYYMM') + interval '1 month' <= before then
      execute format('drop table %I', part);
      return next part;
    end if;
  end loop;
end $$;

-- The number of a device within the caller's scope; null elsewhere.
create function muster.device_no_of(device uuid) returns int
language sql stable security definer set search_path = public as $$
  select d.device_no from devices d where d.id = device and d.org_id = any (muster.scope())
$$;

create function muster.read_inventory_states(device uuid) returns table (
  category text, collected_at timestamptz, received_at timestamptz, changed_at timestamptz, items int, whole boolean, note text)
language sql stable security definer set search_path = public as $$
  select s.category, s.collected_at, s.received_at, s.changed_at, s.items, s.whole, s.note
  from inventory_states s where s.device_no = muster.device_no_of(device)
$$;

create function muster.read_inventory_items(device uuid, of_category text)
returns table (kind text, key text, fields jsonb, since timestamptz)
language sql stable security definer set search_path = public as $$
  select i.kind, i.key, i.fields, i.since from inventory_items i
  where i.device_no = muster.device_no_of(device) and i.category = of_category
  order by i.kind, i.key
$$;

-- A page of what is installed on a device, by folded name; `like_name` is a folded pattern of LIKE.
create function muster.read_device_software(device uuid, like_name text, after_name text, after_title int, after_version int, page int)
returns table (title_id int, version_id int, ecosystem text, name text, name_folded text, version text, arch text, publisher text,
  installed_at timestamptz, since timestamptz, size_bytes bigint)
language sql stable security definer set search_path = public as $$
  select s.title_id, s.version_id, t.ecosystem, t.name, t.name_folded, v.version, s.arch, s.publisher,
    s.installed_at, s.since, s.size_bytes
  from device_software s join software_titles t on t.id = s.title_id join software_versions v on v.id = s.version_id
  where s.device_no = muster.device_no_of(device) and t.name_folded like like_name
    and (t.name_folded, s.title_id, s.version_id) > (after_name, after_title, after_version)
  order by t.name_folded, s.title_id, s.version_id, s.arch limit page
$$;

-- Changes of one device, newest first, before a position; all categories where none is named.
create function muster.read_inventory_changes(device uuid, of_category text, from_time timestamptz, before_time timestamptz, before_id bigint, page int)
returns table (id bigint, at timestamptz, category text, kind text, key text, change text, before jsonb, after jsonb, title_id int)
language sql stable security definer set search_path = public as $$
  select c.id, c.at, c.category, c.kind, c.key, c.change, c.before, c.after, c.title_id
  from inventory_changes c
  where c.device_no = muster.device_no_of(device) and (of_category is null or c.category = of_category)
    and c.at >= from_time and (c.at, c.id) < (before_time, before_id)
  order by c.at desc, c.id desc limit page
$$;


-- Devices on which one of the titles is installed, in a range of versions where one is given.
create function muster.devices_with_software(titles int[], low text, low_in boolean, high text, high_in boolean)
returns setof int
language sql stable security definer set search_path = public rows 1000 as $$
  select s.device_no
  from device_software s join devices d using (device_no)
  where s.title_id = any (titles) and d.org_id = any ((select muster.scope())::uuid[])
    and (low is null and high is null or exists (
      select from software_versions v where v.id = s.version_id
        and (low is null or v.sort_key > low or (low_in and v.sort_key = low))
        and (high is null or v.sort_key < high or (high_in and v.sort_key = high))))
$$;

-- Devices of which a category changed in a span of time.
create function muster.devices_changed(of_category text, low timestamptz, low_in boolean, high timestamptz, high_in boolean)
returns setof int
language sql stable security definer set search_path = public rows 1000 as $$
  select s.device_no
  from inventory_states s join devices d using (device_no)
  where s.category = of_category and d.org_id = any ((select muster.scope())::uuid[])
    and (low is null or s.changed_at > low or (low_in and s.changed_at = low))
    and (high is null or s.changed_at < high or (high_in and s.changed_at = high))
$$;

-- The same of one device, for questions that no index answers.
create function muster.software_of(device int) returns table (name text, name_folded text, version text, sort_key text)
language sql stable security definer set search_path = public as $$
  select t.name, t.name_folded, v.version, v.sort_key
  from device_software s join devices d using (device_no)
    join software_titles t on t.id = s.title_id join software_versions v on v.id = s.version_id
  where s.device_no = device and d.org_id = any ((select muster.scope())::uuid[])
$$;

create function muster.changes_of(device int, of_category text) returns table (changed_at timestamptz)
language sql stable security definer set search_path = public as $$
  select s.changed_at from inventory_states s join devices d using (device_no)
  where s.device_no = device and s.category = of_category and d.org_id = any ((select muster.scope())::uuid[])
$$;

-- The devices that somebody may see: their organisations (by the transaction's scope), of them those in the whole
-- organisations, sites and static groups given, or one device alone. All null: no further limit.
create function muster.device_nos(whole uuid[], sites uuid[], groups uuid[], one uuid) returns int[]
language sql stable security definer set search_path = public as $$
  select coalesce(array_agg(d.device_no), '{}') from devices d
  where d.org_id = any ((select muster.scope())::uuid[]) and d.deleted_at is null
    and (one is null or d.id = one)
    and (whole is null or d.org_id = any (whole) or d.site_id = any (sites)
      or exists (select from group_devices m where m.device_id = d.id and m.group_id = any (groups)))
$$;

-- A page of the titles installed on the devices given, by folded name; of each, on how many devices (at most `most` + 1
-- are counted) and in how many versions there are.
create function muster.read_software_titles(nos int[], like_name text, of_ecosystem text, after_name text, after_id int, page int, most int)
returns table (id int, ecosystem text, name text, name_folded text, devices int)
language plpgsql stable security definer set search_path = public as $$
begin
  if cardinality(nos) <= 500 then
    -- Few devices: what they have is gathered first, and the dictionary is asked for those names alone.
    return query
      select t.id, t.ecosystem, t.name, t.name_folded, held.devices
      from (select s.title_id, count(distinct s.device_no)::int as devices from device_software s
        where s.device_no = any (nos) group by 1) held
      join software_titles t on t.id = held.title_id
      where t.name_folded like like_name and (of_ecosystem is null or t.ecosystem = of_ecosystem)
        and (t.name_folded, t.id) > (after_name, after_id)
      order by t.name_folded, t.id limit page;
    return;
  end if;
  -- Many: the dictionary is walked in order, and each title is counted no further than is shown.
  return query
    select t.id, t.ecosystem, t.name, t.name_folded, held.devices
    from software_titles t cross join lateral (
      select count(*)::int as devices from (
        select distinct s.device_no from device_software s where s.title_id = t.id and s.device_no = any (nos) limit most + 1) counted
    ) held
    where t.name_folded like like_name and (of_ecosystem is null or t.ecosystem = of_ecosystem)
      and (t.name_folded, t.id) > (after_name, after_id) and held.devices > 0
    order by t.name_folded, t.id limit page;
end $$;

-- The versions of a title on the devices given, newest first, with the exact number of devices of each.
create function muster.read_software_versions(nos int[], of_title int)
returns table (ecosystem text, name text, version text, devices int, first_since timestamptz)
language sql stable security definer set search_path = public as $$
  select t.ecosystem, t.name, v.version, count(distinct s.device_no)::int, min(s.since)
  from device_software s join software_titles t on t.id = s.title_id join software_versions v on v.id = s.version_id
  where s.title_id = of_title and s.device_no = any (nos)
  group by t.ecosystem, t.name, v.version, v.sort_key order by v.sort_key desc, v.version desc
$$;

-- When a title came, changed and went on the devices given, newest first, before a position.
create function muster.read_title_changes(nos int[], of_title int, before_time timestamptz, before_id bigint, page int)
returns table (id bigint, at timestamptz, change text, before jsonb, after jsonb, device_id uuid, device_name text)
language sql stable security definer set search_path = public as $$
  select c.id, c.at, c.change, c.before, c.after, d.id, coalesce(d.display_name, d.hostname)
  from inventory_changes c join devices d using (device_no)
  where c.title_id = of_title and c.device_no = any (nos) and d.org_id = any (muster.scope())
    and (c.at, c.id) < (before_time, before_id)
  order by c.at desc, c.id desc limit page
$$;

revoke execute on function muster.make_inventory_partitions, muster.drop_inventory_partitions, muster.device_no_of,
  muster.read_inventory_states, muster.read_inventory_items, muster.read_device_software, muster.read_inventory_changes,
  muster.devices_with_software, muster.devices_changed, muster.software_of, muster.changes_of, muster.device_nos,
  muster.read_software_titles,
  muster.read_software_versions, muster.read_title_changes from public;
grant execute on function muster.make_inventory_partitions, muster.drop_inventory_partitions to muster_ingest;
grant execute on function muster.device_no_of, muster.read_inventory_states, muster.read_inventory_items,
  muster.read_device_software, muster.read_inventory_changes, muster.devices_with_software, muster.devices_changed,
  muster.software_of, muster.changes_of, muster.device_nos, muster.read_software_titles, muster.read_software_versions, muster.read_title_changes to muster_app;
