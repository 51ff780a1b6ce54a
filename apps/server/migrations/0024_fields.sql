-- Custom fields with their values, and tags that devices get from the smart groups they are in.

create table custom_fields (
  id uuid primary key,
  org_id uuid not null references organisations,
  -- Stands in SQL as it is, inside quotes: nothing but these characters.
  key text not null check (key ~ '^[a-z][a-z0-9_]{0,39}$'),
  title text not null check (length(title) between 1 and 200),
  description text not null default '',
  kind text not null check (kind in ('text', 'enum', 'number', 'percent', 'bytes', 'duration', 'time', 'boolean', 'ip', 'version')),
  choices text[] not null default '{}',
  applies_to text[] not null check (applies_to <> '{}' and applies_to <@ '{organisation,site,device}'),
  set_by text not null default 'operator' check (set_by in ('operator', 'administrator')),
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, key)
);
comment on table custom_fields is 'owned: what organisations keep about their devices beside what devices say';
alter table custom_fields enable row level security;
alter table custom_fields force row level security;
create policy scope on custom_fields using (org_id = any ((select muster.scope())::uuid[]));
grant select, insert, update, delete on custom_fields to muster_app;
grant select on custom_fields to muster_system;
create trigger touch before update on custom_fields for each row execute function muster.touch();

create table custom_values (
  org_id uuid not null references organisations,
  field_id uuid not null references custom_fields,
  -- That of the field, so that a query needs no join.
  key text not null,
  -- Which one holds: 3 of the device, else 2 of the site, else 1 of the organisation, else 0, the default.
  level smallint not null check (level between 0 and 3),
  -- The device, site or organisation; of a default the organisation.
  place_id uuid not null,
  value jsonb not null,
  -- The value as device queries compare it. Only text is there for every kind.
  text text not null,
  number double precision,
  at timestamptz,
  flag boolean,
  address inet,
  sort_key text collate "C",
  primary key (place_id, key, level)
);
comment on table custom_values is 'owned: values of custom fields, each where it was set';
create index custom_values_key on custom_values (key, level, place_id);
create index custom_values_field on custom_values (field_id);
alter table custom_values enable row level security;
alter table custom_values force row level security;
create policy scope on custom_values using (org_id = any ((select muster.scope())::uuid[]));
grant select, insert, update, delete on custom_values to muster_app;
-- A device that goes to another organisation leaves its values behind.
grant select, update on custom_values to muster_system;

-- The functions below run with the rights of whoever makes the change, and see what they see: a whole organisation.

-- A value concerns every device beneath its place. One statement queues them all.
create function muster.touch_custom() returns trigger language plpgsql as $$
declare
  changed record;
begin
  for changed in
    select r.level, r.place_id, array_agg('custom.' || r.key) as words from changed_rows r group by 1, 2
  loop
    perform muster.touch_devices(array(
      select d.device_no from public.devices d where d.deleted_at is null and case changed.level
        when 3 then d.id = changed.place_id
        when 2 then d.site_id = changed.place_id
        else d.org_id = changed.place_id end), changed.words);
  end loop;
  return null;
end $$;
create trigger touch_membership_in after insert on custom_values referencing new table as changed_rows
  for each statement execute function muster.touch_custom();
create trigger touch_membership_on after update on custom_values referencing new table as changed_rows
  for each statement execute function muster.touch_custom();
create trigger touch_membership_out after delete on custom_values referencing old table as changed_rows
  for each statement execute function muster.touch_custom();

-- Groups that ask for custom fields may mean something else when there are others: they are looked at as new ones are.
create function muster.tell_fields() returns trigger language plpgsql as $$
begin
  update public.groups g set queued_query = null, settled_query = null
  where g.deleted_at is null and g.query ilike '%custom.%' and g.org_id in (select r.org_id from changed_rows r);
  if found then perform pg_notify('muster_membership', ''); end if;
  perform pg_notify('muster_fields', '');
  return null;
end $$;
create trigger tell_in after insert on custom_fields referencing new table as changed_rows
  for each statement execute function muster.tell_fields();
create trigger tell_on after update on custom_fields referencing new table as changed_rows
  for each statement execute function muster.tell_fields();
create trigger tell_out after delete on custom_fields referencing old table as changed_rows
  for each statement execute function muster.tell_fields();

create table group_tags (
  group_id uuid not null references groups,
  org_id uuid not null references organisations,
  key text not null check (key ~ '^[a-z][a-z0-9_.-]{0,62}$'),
  value text not null check (length(value) <= 255),
  primary key (group_id, key)
);
comment on table group_tags is 'owned: tags that the members of a smart group get and lose with it';
alter table group_tags enable row level security;
alter table group_tags force row level security;
create policy scope on group_tags using (org_id = any ((select muster.scope())::uuid[]));
grant select, insert, update, delete on group_tags to muster_app;
grant select on group_tags to muster_system;

-- Works out the tags by rule of these devices; of several groups the one with the highest priority has the last word.
create function muster.rule_tags(ids uuid[]) returns void language sql as $$
  update public.devices d set ruled_tags = n.tags
  from (
    select i.id, coalesce(jsonb_object_agg(t.key, t.value order by g.priority, g.id desc) filter (where t.key is not null), '{}') as tags
    from (select distinct id from unnest(ids) as id) i
    left join public.smart_members m on m.device_id = i.id
    left join public.groups g on g.id = m.group_id and g.deleted_at is null
    left join public.group_tags t on t.group_id = g.id
    group by i.id
  ) n
  where d.id = n.id and d.ruled_tags <> n.tags
$$;

create function muster.retag_members() returns trigger language plpgsql as $$
begin
  perform muster.rule_tags(array(select r.device_id from changed_rows r
    where r.group_id in (select t.group_id from public.group_tags t)));
  return null;
end $$;
create trigger retag_in after insert on smart_members referencing new table as changed_rows
  for each statement execute function muster.retag_members();
create trigger retag_out after delete on smart_members referencing old table as changed_rows
  for each statement execute function muster.retag_members();

create function muster.retag_group() returns trigger language plpgsql as $$
begin
  perform muster.rule_tags(array(select m.device_id from public.smart_members m
    where m.group_id in (select r.group_id from changed_rows r)));
  return null;
end $$;
create trigger retag_in after insert on group_tags referencing new table as changed_rows
  for each statement execute function muster.retag_group();
create trigger retag_out after delete on group_tags referencing old table as changed_rows
  for each statement execute function muster.retag_group();

-- A group that weighs more or less, or is gone.
create function muster.retag_of_group() returns trigger language plpgsql as $$
begin
  perform muster.rule_tags(array(select m.device_id from public.smart_members m where m.group_id = new.id));
  return null;
end $$;
create trigger retag after update of priority, deleted_at on groups for each row
  when (old.priority <> new.priority or old.deleted_at is distinct from new.deleted_at)
  execute function muster.retag_of_group();

create or replace view muster.device_list as
select
  d.id, d.org_id, d.site_id, d.device_no, d.version, d.created_at, d.enrolled_at, d.updated_at, d.booted_at, d.clone_of,
  d.lifecycle, d.os, d.arch, d.policy_level, d.hostname, d.hostname_folded, d.display_name, d.search_text,
  d.os_name, d.os_version, d.os_version_key, d.agent_version, d.agent_version_key,
  d.serial_number, d.manufacturer, d.model, d.addresses, d.macs, d.all_tags as tags,
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
