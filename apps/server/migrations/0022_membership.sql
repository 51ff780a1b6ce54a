-- Smart groups: sets of devices that a query describes, kept true by whatever changes a device.

alter table groups
  -- Null for a static group, whose devices people name.
  add column query text check (length(query) between 1 and 8192),
  -- The query for which devices were queued to be looked at, and the one that the members stand for.
  add column queued_query text,
  add column settled_query text,
  -- Of several groups of a device, the one with the highest priority has the last word in policies.
  add column priority int not null default 100 check (priority between 0 and 1000);
comment on table groups is 'owned: groups of devices beside the sites, static or smart';
-- Members of smart groups are found by the server itself.
grant select on groups to muster_system;

create index groups_unqueued on groups (id)
  where query is distinct from queued_query or (deleted_at is not null and queued_query is not null);

create table smart_members (
  device_id uuid not null references devices,
  group_id uuid not null references groups,
  org_id uuid not null references organisations,
  since timestamptz not null default now(),
  primary key (device_id, group_id)
);
comment on table smart_members is 'owned: which devices are in a smart group; no right ever stands on it';
create index smart_members_group on smart_members (group_id, device_id);
alter table smart_members enable row level security;
alter table smart_members force row level security;
create policy scope on smart_members using (org_id = any ((select muster.scope())::uuid[]));
grant select, insert, delete on smart_members to muster_app, muster_system;

-- Devices of which something changed that a smart group asks for. Appended in the transaction of the change, emptied
-- after it by one worker.
create table membership_queue (
  id bigint primary key generated always as identity,
  device_no int not null,
  -- What changed, as columns of muster.device_list or names that modules give (packages/query, Field.touchedBy).
  touched text[] not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
comment on table membership_queue is 'bulk: devices to be looked at again; emptied within a second';
grant select, insert, delete on membership_queue to muster_ingest;

-- When a term such as last_seen > 3d becomes true or false without anything happening.
create table membership_timers (
  device_no int primary key,
  due_at timestamptz not null
);
comment on table membership_timers is 'bulk: the next moment at which a group of the device may change by itself';
create index membership_timers_due on membership_timers (due_at);
grant select, insert, update, delete on membership_timers to muster_ingest;

-- What smart groups ask for at all: nothing is queued for what nobody asks.
create table membership_watch (
  touched text primary key
);
comment on table membership_watch is 'bulk: what any smart group asks for';
grant select, insert, delete on membership_watch to muster_ingest;

-- Numbers that smart groups compare a metric with: a value that moves between two of them changes no group.
create table membership_thresholds (
  metric text not null,
  value double precision not null,
  primary key (metric, value)
);
comment on table membership_thresholds is 'bulk: where metrics matter to smart groups';
grant select, insert, delete on membership_thresholds to muster_ingest;

-- Queues devices for what changed, as far as any group asks for it.
create function muster.touch_devices(nos int[], changed text[]) returns void
language plpgsql security definer set search_path = public as $$
declare
  asked text[];
begin
  select array_agg(w.touched) into asked from membership_watch w where w.touched = any (changed);
  if asked is null then return; end if;
  insert into membership_queue (device_no, touched) select no, asked from unnest(nos) as no order by no;
  perform pg_notify('muster_membership', '');
end $$;
revoke execute on function muster.touch_devices from public;
grant execute on function muster.touch_devices to muster_app, muster_system, muster_ingest;

create function muster.touch_device_row() returns trigger
language plpgsql security definer set search_path = public as $$
declare
  changed text[];
begin
  -- A device that is new, gone, or somebody else's now, concerns every group.
  if tg_op = 'INSERT' or (new.deleted_at is null) <> (old.deleted_at is null) or new.org_id <> old.org_id then
    perform muster.touch_devices(array[new.device_no], array(select w.touched from membership_watch w));
    return null;
  end if;
  select array_agg(n.key) into changed
  from jsonb_each(to_jsonb(new)) n join jsonb_each(to_jsonb(old)) o using (key)
  where n.value is distinct from o.value and n.key not in ('version', 'updated_at');
  if 'site_id' = any (changed) then changed := changed || '{site_name}'; end if;
  if changed is not null then perform muster.touch_devices(array[new.device_no], changed); end if;
  return null;
end $$;
create trigger touch_membership after insert or update on devices
  for each row execute function muster.touch_device_row();

create function muster.touch_presence() returns trigger
language plpgsql security definer set search_path = public as $$
begin
  perform muster.touch_devices(array[new.device_no],
    '{presence,presence_reason,last_seen_at,stored_seen_at,booted_at}');
  -- Metrics are forgotten five minutes after the last one.
  if new.presence <> 'online' then
    insert into membership_timers as known (device_no, due_at)
      select new.device_no, now() + interval '5 minutes 5 seconds' where exists (select from membership_thresholds)
      on conflict (device_no) do update set due_at = least(known.due_at, excluded.due_at);
  end if;
  return null;
end $$;
create trigger touch_membership after update on device_presence for each row
  when (old.presence is distinct from new.presence or old.reason is distinct from new.reason)
  execute function muster.touch_presence();

-- Whether a metric went from one side of a threshold to the other, came or went.
create function muster.crosses(of_metric text, was double precision, now_is double precision) returns boolean
language sql stable security definer set search_path = public as $$
  select exists (select from membership_thresholds t where t.metric = of_metric
    and ((was is null) <> (now_is is null) or (was < t.value) <> (now_is < t.value) or (was <= t.value) <> (now_is <= t.value)))
$$;
revoke execute on function muster.crosses from public;

create function muster.touch_latest() returns trigger
language plpgsql security definer set search_path = public as $$
begin
  if not exists (select from membership_thresholds) then return null; end if;
  insert into membership_queue (device_no, touched)
  select device_no, changed from (
    select n.device_no, array_remove(array[
      case when muster.crosses('cpu_percent', o.cpu_percent, n.cpu_percent) then 'cpu_percent' end,
      case when muster.crosses('memory_percent', o.memory_percent, n.memory_percent) then 'memory_percent' end,
      case when muster.crosses('network_bits_per_second', o.network_bits_per_second, n.network_bits_per_second) then 'network_bits_per_second' end,
      case when o.disk_names is distinct from n.disk_names
          or exists (select from unnest(o.disk_free_percents, n.disk_free_percents) as e (was, is_now)
            where muster.crosses('disk', e.was, e.is_now))
          or exists (select from unnest(o.disk_free_bytes, n.disk_free_bytes) as e (was, is_now)
            where muster.crosses('disk', e.was, e.is_now)) then 'disk' end
    ], null) as changed
    from new_rows n join old_rows o using (device_no)
  ) crossed where changed <> '{}' order by device_no;
  if found then perform pg_notify('muster_membership', ''); end if;
  return null;
end $$;
-- A device that tells its first metrics, or tells them again.
create function muster.touch_first_latest() returns trigger
language plpgsql security definer set search_path = public as $$
begin
  perform muster.touch_devices(array(select device_no from new_rows),
    '{cpu_percent,memory_percent,network_bits_per_second,disk}');
  return null;
end $$;
create trigger touch_membership after update on device_latest
  referencing old table as old_rows new table as new_rows
  for each statement execute function muster.touch_latest();
create trigger touch_first_membership after insert on device_latest
  referencing new table as new_rows
  for each statement execute function muster.touch_first_latest();

create function muster.touch_members() returns trigger
language plpgsql security definer set search_path = public as $$
begin
  if tg_op = 'DELETE' then
    perform muster.touch_devices(array(select distinct d.device_no from old_rows r join devices d on d.id = r.device_id), '{group}');
  else
    perform muster.touch_devices(array(select distinct d.device_no from new_rows r join devices d on d.id = r.device_id), '{group}');
  end if;
  return null;
end $$;
create trigger touch_members_in after insert on group_devices referencing new table as new_rows
  for each statement execute function muster.touch_members();
create trigger touch_members_out after delete on group_devices referencing old table as old_rows
  for each statement execute function muster.touch_members();
create trigger touch_members_in after insert on smart_members referencing new table as new_rows
  for each statement execute function muster.touch_members();
create trigger touch_members_out after delete on smart_members referencing old table as old_rows
  for each statement execute function muster.touch_members();

-- A site's name is a field of its devices.
create function muster.touch_site() returns trigger
language plpgsql security definer set search_path = public as $$
begin
  perform muster.touch_devices(array(select d.device_no from devices d where d.site_id = new.id), '{site_name}');
  return null;
end $$;
create trigger touch_membership after update of name on sites for each row
  when (old.name is distinct from new.name) execute function muster.touch_site();

-- What was queued for another query says nothing of this one, not even when this is the query from before the other: the
-- worker may hold any of them.
create function muster.requeue_group() returns trigger language plpgsql as $$
begin
  new.queued_query := null;
  new.settled_query := null;
  return new;
end $$;
create trigger requeue before update of query on groups for each row
  when (old.query is distinct from new.query) execute function muster.requeue_group();

-- A query that is new, another one, or gone: the worker reads the groups again.
create function muster.tell_groups() returns trigger language plpgsql as $$
begin
  perform pg_notify('muster_membership', '');
  return null;
end $$;
create trigger tell_membership after insert or update of query, deleted_at on groups
  for each statement execute function muster.tell_groups();

-- Names of the groups that a device is in, or in a group inside them: for questions that no index answers.
create function muster.groups_of(device uuid) returns table (name text)
language sql stable security definer set search_path = public as $$
  with recursive around as (
    select m.group_id from (
      select group_id from group_devices where device_id = device
      union all select group_id from smart_members where device_id = device) m
    union
    select g.parent_id from around a join groups g on g.id = a.group_id where g.parent_id is not null and g.deleted_at is null
  )
  select g.name from around a join groups g on g.id = a.group_id
  where g.deleted_at is null and g.org_id = any ((select muster.scope())::uuid[])
$$;

-- Devices of the groups named, and of those inside them.
create function muster.devices_in_groups(named uuid[]) returns setof uuid
language sql stable security definer set search_path = public rows 1000 as $$
  select m.device_id from group_devices m
  where m.group_id = any (muster.groups_within(named)) and m.org_id = any ((select muster.scope())::uuid[])
  union
  select m.device_id from smart_members m
  where m.group_id = any (muster.groups_within(named)) and m.org_id = any ((select muster.scope())::uuid[])
$$;

revoke execute on function muster.touch_device_row, muster.touch_presence, muster.touch_latest, muster.touch_first_latest,
  muster.touch_members, muster.touch_site, muster.groups_of, muster.devices_in_groups from public;
grant execute on function muster.groups_of, muster.devices_in_groups to muster_app;
