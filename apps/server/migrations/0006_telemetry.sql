-- Telemetry: minutes as the agents close them, two rollups, and each device's dictionary of instances.
-- Bulk tables: keyed by device_no, no row-level security and no grant to the application's role. Written by
-- muster_ingest only, read through muster.read_telemetry, which joins devices under the caller's scope.
-- `packed` is modules/telemetry/domain/minute.ts (minutes) or rollup.ts (5m, 1h); `at` is minutes since the epoch.

create table telemetry_minutes (
  device_no int not null,
  at int not null,
  packed bytea not null,
  primary key (device_no, at)
) partition by range (at);
comment on table telemetry_minutes is 'bulk: minutes closed by agents; kept 7 days, dropped by day partition';

create table telemetry_5m (
  device_no int not null,
  at int not null,
  packed bytea not null,
  primary key (device_no, at)
) partition by range (at);
comment on table telemetry_5m is 'bulk: five-minute rollups; kept 30 days, dropped by week partition';

create table telemetry_1h (
  device_no int not null,
  at int not null,
  packed bytea not null,
  primary key (device_no, at)
) partition by range (at);
comment on table telemetry_1h is 'bulk: hourly rollups; kept 365 days, dropped by 30-day partition';

create table telemetry_instances (
  device_no int not null,
  instance int not null,
  kind text not null,
  name text not null,
  detail text not null,
  primary key (device_no, instance)
);
comment on table telemetry_instances is 'bulk: what instance numbers of a device mean (disk, interface, sensor)';

grant select, insert on telemetry_minutes to muster_ingest;
grant select, insert, update on telemetry_5m, telemetry_1h, telemetry_instances to muster_ingest;

-- Makes the partition of `parent` that starts at minute `start`; nothing when it exists.
create function muster.make_telemetry_partition(parent text, start int, width int) returns void
language plpgsql security definer set search_path = public as $$
declare
  part text := parent || '_' || start;
begin
  if parent not in ('telemetry_minutes', 'telemetry_5m', 'telemetry_1h') then
    raise exception 'not a telemetry table: %', parent;
  end if;
  if to_regclass(part) is not null then return; end if;
  execute format('create table if not exists %I partition of %I for values from (%s) to (%s)', part, parent, start, start + width);
  execute format('grant select, insert on %I to muster_ingest', part);
end $$;

-- Drops the partitions of `parent` that end at or before minute `before`; returns their names.
create function muster.drop_telemetry_partitions(parent text, before int, width int) returns setof text
language plpgsql security definer set search_path = public as $$
declare
  part record;
begin
  if parent not in ('telemetry_minutes', 'telemetry_5m', 'telemetry_1h') then
    raise exception 'not a telemetry table: %', parent;
  end if;
  for part in
    select child.relname as name, substring(child.relname from '[0-9]+$')::int as start
    from pg_inherits join pg_class child on child.oid = inhrelid
    where inhparent = parent::regclass
  loop
    if part.start + width <= before then
      execute format('drop table %I', part.name);
      return next part.name;
    end if;
  end loop;
end $$;

-- Packed rows of one device within the caller's scope, from (inclusive) to (exclusive), in minutes since the epoch.
create function muster.read_telemetry(device uuid, tier text, from_minute int, to_minute int)
returns table (at int, packed bytea)
language plpgsql stable security definer set search_path = public as $$
declare
  number int;
begin
  select d.device_no into number from devices d where d.id = device and d.org_id = any (muster.scope());
  if number is null then return; end if;
  if tier = 'minutes' then
    return query select m.at, m.packed from telemetry_minutes m where m.device_no = number and m.at >= from_minute and m.at < to_minute;
  elsif tier = '5m' then
    return query select m.at, m.packed from telemetry_5m m where m.device_no = number and m.at >= from_minute and m.at < to_minute;
  else
    return query select m.at, m.packed from telemetry_1h m where m.device_no = number and m.at >= from_minute and m.at < to_minute;
  end if;
end $$;

create function muster.read_telemetry_instances(device uuid)
returns table (instance int, kind text, name text, detail text)
language sql stable security definer set search_path = public as $$
  select i.instance, i.kind, i.name, i.detail
  from telemetry_instances i join devices d using (device_no)
  where d.id = device and d.org_id = any (muster.scope())
$$;

revoke execute on function muster.make_telemetry_partition, muster.drop_telemetry_partitions, muster.read_telemetry,
  muster.read_telemetry_instances from public;
grant execute on function muster.make_telemetry_partition, muster.drop_telemetry_partitions to muster_ingest;
grant execute on function muster.read_telemetry, muster.read_telemetry_instances to muster_app;
