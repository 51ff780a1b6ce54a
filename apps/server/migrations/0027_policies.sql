-- Policies: what holds for a device, from its organisation over its site and its groups down to the device itself.

create table policies (
  id uuid primary key,
  org_id uuid not null references organisations,
  -- All three null: the policy of the whole organisation.
  site_id uuid references sites,
  group_id uuid references groups,
  device_id uuid references devices,
  -- What it sets, by field; what is missing is left to others.
  fields jsonb not null default '{}' check (jsonb_typeof(fields) = 'object'),
  -- 0 while nobody has said anything yet.
  version int not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (num_nonnulls(site_id, group_id, device_id) <= 1),
  unique nulls not distinct (org_id, site_id, group_id, device_id)
);
comment on table policies is 'owned: what an organisation, site, group or device sets for its devices';
create index policies_site on policies (site_id) where site_id is not null;
create index policies_group on policies (group_id) where group_id is not null;
create index policies_device on policies (device_id) where device_id is not null;
alter table policies enable row level security;
alter table policies force row level security;
create policy scope on policies using (org_id = any ((select muster.scope())::uuid[]));
grant select, insert, update on policies to muster_app;
grant select on policies to muster_system;
create trigger touch before update on policies for each row execute function muster.touch();

create table device_policies (
  device_id uuid primary key references devices,
  org_id uuid not null references organisations,
  fields jsonb not null check (jsonb_typeof(fields) = 'object'),
  since timestamptz not null default now()
);
comment on table device_policies is 'owned: what policies add up to for a device; without a row the defaults hold';
alter table device_policies enable row level security;
alter table device_policies force row level security;
create policy scope on device_policies using (org_id = any ((select muster.scope())::uuid[]));
grant select on device_policies to muster_app;
grant select, insert, update on device_policies to muster_system;

-- What policies set for a device; null where no policy ever touched it.
create function muster.policy_of(device uuid) returns jsonb
language sql stable parallel safe
return (select p.fields from public.device_policies p where p.device_id = device);

-- Devices to be looked at again. Appended in the transaction of the change, emptied after it by one worker.
create table policy_queue (
  id bigint primary key generated always as identity,
  device_id uuid not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
comment on table policy_queue is 'installation: devices whose policy is to be worked out again; ids alone, emptied within a second';
grant insert on policy_queue to muster_app;
grant select, insert, delete on policy_queue to muster_system;

-- The functions below run with the rights of whoever makes the change, and see what they see: a whole organisation.
create function muster.queue_policies(ids uuid[]) returns void language plpgsql as $$
begin
  insert into public.policy_queue (device_id) select distinct id from unnest(ids) as id where id is not null;
  if found then perform pg_notify('muster_policies', ''); end if;
end $$;

-- The groups and those around them, to any depth.
create function muster.groups_around(inner_ids uuid[]) returns uuid[]
language sql stable
return (
  with recursive around as (
    select g.id, g.parent_id from public.groups g where g.id = any (inner_ids)
    union
    select g.id, g.parent_id from public.groups g join around a on g.id = a.parent_id
  )
  select coalesce(array_agg(id), '{}') from around
);

-- Devices in the groups and in those inside them, also while a group is being removed.
create function muster.devices_inside(roots uuid[]) returns uuid[]
language sql stable
return (
  with recursive inside as (
    select g.id from public.groups g where g.id = any (roots)
    union
    select g.id from public.groups g join inside i on g.parent_id = i.id
  )
  select coalesce(array_agg(m.device_id), '{}') from (
    select device_id, group_id from public.group_devices union all select device_id, group_id from public.smart_members
  ) m where m.group_id in (select id from inside)
);

create function muster.requeue_of_policy() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.fields = new.fields then return null; end if;
  if tg_op = 'INSERT' and new.fields = '{}' then return null; end if;
  if new.device_id is not null then
    perform muster.queue_policies(array[new.device_id]);
  elsif new.group_id is not null then
    perform muster.queue_policies(muster.devices_inside(array[new.group_id]));
  else
    perform muster.queue_policies(array(select d.id from public.devices d where d.org_id = new.org_id
      and d.deleted_at is null and (new.site_id is null or d.site_id = new.site_id)));
  end if;
  return null;
end $$;
create trigger requeue_policies after insert or update on policies
  for each row execute function muster.requeue_of_policy();

create function muster.requeue_of_device() returns trigger language plpgsql as $$
begin
  if exists (select from public.policies p where p.org_id = new.org_id and p.fields <> '{}') then
    perform muster.queue_policies(array[new.id]);
  end if;
  return null;
end $$;
create trigger requeue_new_policies after insert on devices
  for each row execute function muster.requeue_of_device();
create trigger requeue_policies after update of site_id, deleted_at on devices for each row
  when (old.site_id is distinct from new.site_id or old.deleted_at is distinct from new.deleted_at)
  execute function muster.requeue_of_device();

create function muster.requeue_of_members() returns trigger language plpgsql as $$
begin
  if not exists (select from public.policies p where p.group_id is not null and p.fields <> '{}') then return null; end if;
  perform muster.queue_policies(array(select r.device_id from changed_rows r
    where exists (select from public.policies p
      where p.fields <> '{}' and p.group_id = any (muster.groups_around(array[r.group_id])))));
  return null;
end $$;
create trigger requeue_policies_in after insert on group_devices referencing new table as changed_rows
  for each statement execute function muster.requeue_of_members();
create trigger requeue_policies_out after delete on group_devices referencing old table as changed_rows
  for each statement execute function muster.requeue_of_members();
create trigger requeue_policies_in after insert on smart_members referencing new table as changed_rows
  for each statement execute function muster.requeue_of_members();
create trigger requeue_policies_out after delete on smart_members referencing old table as changed_rows
  for each statement execute function muster.requeue_of_members();

-- A group that lies elsewhere, has another weight, or is gone.
create function muster.requeue_of_group() returns trigger language plpgsql as $$
begin
  if exists (select from public.policies p where p.fields <> '{}'
    and p.group_id = any (muster.groups_around(array[new.id, old.parent_id])))
  then
    perform muster.queue_policies(muster.devices_inside(array[new.id]));
  end if;
  return null;
end $$;
create trigger requeue_policies after update of parent_id, priority, name, deleted_at on groups for each row
  when (old.parent_id is distinct from new.parent_id or old.priority <> new.priority or old.name <> new.name
    or old.deleted_at is distinct from new.deleted_at)
  execute function muster.requeue_of_group();
