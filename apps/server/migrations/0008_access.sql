-- Who may do what: roles, where people have them, static groups, the links by which people get in, and API keys.

create table roles (
  id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  description text not null default '',
  -- What a built-in role holds stands in the permission catalogue; a role of one's own has rows in role_permissions.
  built_in text unique check (built_in in ('admin', 'operator', 'viewer', 'auditor')),
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);
comment on table roles is 'installation: roles mean the same in every organisation';
create unique index roles_name on roles (lower(name)) where deleted_at is null;
grant select, insert, update on roles to muster_app, muster_system;
create trigger touch before update on roles for each row execute function muster.touch();

insert into roles (id, name, built_in) values
  ('00000000-0000-7000-8000-000000000001', 'Admin', 'admin'),
  ('00000000-0000-7000-8000-000000000002', 'Operator', 'operator'),
  ('00000000-0000-7000-8000-000000000003', 'Viewer', 'viewer'),
  ('00000000-0000-7000-8000-000000000004', 'Auditor', 'auditor');

create table role_permissions (
  role_id uuid not null references roles,
  permission text not null,
  primary key (role_id, permission)
);
comment on table role_permissions is 'installation: what roles of one''s own hold';
grant select, insert, delete on role_permissions to muster_app, muster_system;

create table groups (
  id uuid primary key,
  org_id uuid not null references organisations,
  -- A grant on a group holds for the groups inside it as well.
  parent_id uuid references groups,
  name text not null check (length(name) between 1 and 200),
  description text not null default '',
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);
comment on table groups is 'owned: static groups, sets of devices beside the sites';
create unique index groups_name on groups (org_id, lower(name)) where deleted_at is null;
create index groups_parent on groups (parent_id) where parent_id is not null;
alter table groups enable row level security;
alter table groups force row level security;
create policy scope on groups using (org_id = any ((select muster.scope())::uuid[]));
grant select, insert, update on groups to muster_app, muster_system;
create trigger touch before update on groups for each row execute function muster.touch();

create table group_devices (
  group_id uuid not null references groups,
  device_id uuid not null references devices,
  org_id uuid not null references organisations,
  added_at timestamptz not null default now(),
  primary key (device_id, group_id)
);
comment on table group_devices is 'owned: which devices are in a static group';
create index group_devices_group on group_devices (group_id, device_id);
alter table group_devices enable row level security;
alter table group_devices force row level security;
create policy scope on group_devices using (org_id = any ((select muster.scope())::uuid[]));
grant select, insert, delete on group_devices to muster_app, muster_system;

-- The groups and those inside them, to any depth; a circle ends by itself.
create function muster.groups_within(roots uuid[]) returns uuid[]
language sql stable parallel safe
return (
  with recursive inside as (
    select g.id from public.groups g where g.id = any (roots) and g.deleted_at is null
    union
    select g.id from public.groups g join inside i on g.parent_id = i.id where g.deleted_at is null
  )
  select coalesce(array_agg(id), '{}') from inside
);

create table grants (
  id uuid primary key,
  user_id uuid not null references users,
  role_id uuid not null references roles,
  -- Null means every organisation of this installation, those to come included.
  org_id uuid references organisations,
  -- A part of that organisation; null means all of it.
  site_id uuid references sites,
  group_id uuid references groups,
  created_at timestamptz not null default now(),
  created_by uuid references users,
  check (org_id is not null or (site_id is null and group_id is null)),
  check (site_id is null or group_id is null),
  unique nulls not distinct (user_id, role_id, org_id, site_id, group_id)
);
comment on table grants is 'installation: which role a person has where; read to find the scope, so before there is one';
create index grants_org on grants (org_id, user_id);
create index grants_group on grants (group_id) where group_id is not null;
create index grants_role on grants (role_id);
grant select, insert, delete on grants to muster_app, muster_system;

-- What a person has at this moment, a row a role; lists of ids are text, because JSON of 200 ids costs more than reading
-- them. Read at every request: plpgsql keeps the plans. For muster_system, because there is no scope yet.
create function muster.held_roles(of_user uuid) returns json
language plpgsql stable parallel safe as $$
begin
  return (
    select json_agg(json_build_object('builtIn', r.built_in,
      'permissions', array(select p.permission from public.role_permissions p where p.role_id = r.id),
      'everywhere', x.everywhere, 'orgIds', array_to_string(x.org_ids, ','),
      'partOrgIds', array_to_string(x.part_org_ids, ','), 'siteIds', array_to_string(x.site_ids, ','),
      'groupIds', case when x.group_ids is null then null else array_to_string(muster.groups_within(x.group_ids), ',') end))
    from (
      select g.role_id, bool_or(g.org_id is null) as everywhere,
        array_agg(g.org_id) filter (where g.org_id is not null and g.site_id is null and g.group_id is null) as org_ids,
        array_agg(distinct g.org_id) filter (where g.site_id is not null or g.group_id is not null) as part_org_ids,
        array_agg(g.site_id) filter (where g.site_id is not null) as site_ids,
        array_agg(g.group_id) filter (where g.group_id is not null) as group_ids
      from public.grants g where g.user_id = of_user group by g.role_id
    ) x join public.roles r on r.id = x.role_id and r.deleted_at is null
  );
end $$;

-- The living organisations that a person's grants reach.
create function muster.reached_organisations(of_user uuid) returns text
language plpgsql stable parallel safe as $$
begin
  if exists (select from public.grants g where g.user_id = of_user and g.org_id is null) then
    return (select string_agg(o.id::text, ',' order by o.id) from public.organisations o where o.deleted_at is null);
  end if;
  return (select string_agg(o.id::text, ',' order by o.id) from public.organisations o
    where o.deleted_at is null and o.id in (select g.org_id from public.grants g where g.user_id = of_user));
end $$;

create table password_links (
  id uuid primary key,
  user_id uuid not null references users,
  purpose text not null check (purpose in ('invitation', 'reset')),
  token_hash bytea not null unique check (length(token_hash) = 32),
  created_at timestamptz not null default now(),
  created_by uuid references users,
  expires_at timestamptz not null,
  -- Used, or replaced by a newer one.
  ended_at timestamptz
);
comment on table password_links is 'installation: single-use links to a password; read before anybody is known';
create index password_links_user on password_links (user_id);
grant select, insert, update, delete on password_links to muster_app, muster_system;

create table api_keys (
  id uuid primary key,
  user_id uuid not null references users,
  name text not null check (length(name) between 1 and 200),
  -- How the secret begins, for people; the secret itself is nowhere.
  prefix text not null unique,
  secret_hash bytea not null unique check (length(secret_hash) = 32),
  -- Null means whatever the maker may do at that moment.
  permissions text[],
  device_id uuid references devices,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);
comment on table api_keys is 'installation: keys of people for scripts and nodes; read to find the scope, so before there is one';
create index api_keys_user on api_keys (user_id);
grant select, insert, update on api_keys to muster_app, muster_system;
