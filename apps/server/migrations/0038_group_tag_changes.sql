-- Tags of a smart group, or its priority, are worked out for its members page by page after the change is committed: as one
-- statement they held every device of a large group for seconds (50,000: 1.4 to 2.6 s), and whoever changed one of them waited.
create table group_retags (
  group_id uuid primary key references groups,
  org_id uuid not null references organisations,
  -- Rises with each change: a page that was begun for an older one is not counted for this.
  asked int not null default 1,
  asked_at timestamptz not null default now(),
  -- What the group carried before; null where its priority changed.
  tags_before jsonb check (jsonb_typeof(tags_before) = 'object'),
  -- Members when it was asked for.
  total int not null,
  -- The last device that was looked at.
  looked_to uuid,
  looked int not null default 0,
  changed int not null default 0,
  finished_at timestamptz
);
comment on table group_retags is 'owned: how far the last change of a smart group''s tags has come with its members';
create index group_retags_open on group_retags (asked_at) where finished_at is null;
alter table group_retags enable row level security;
alter table group_retags force row level security;
create policy scope on group_retags using (org_id = any ((select muster.scope())::uuid[]));
grant select, insert, update on group_retags to muster_app;
grant select, update on group_retags to muster_system;

create function muster.ask_retag(of_groups uuid[]) returns void language plpgsql as $$
begin
  insert into public.group_retags as known (group_id, org_id, total)
  select g.id, g.org_id, (select count(*) from public.smart_members m where m.group_id = g.id)
  from public.groups g where g.id = any (of_groups)
  on conflict (group_id) do update set asked = known.asked + 1, asked_at = now(), tags_before = null,
    total = excluded.total, looked_to = null, looked = 0, changed = 0, finished_at = null;
  perform pg_notify('muster_tags', '');
end $$;

create or replace function muster.retag_group() returns trigger language plpgsql as $$
begin
  perform muster.ask_retag(array(select distinct r.group_id from changed_rows r));
  return null;
end $$;

drop trigger retag on groups;
create or replace function muster.retag_of_group() returns trigger language plpgsql as $$
begin
  if exists (select from public.group_tags t where t.group_id = new.id) then
    perform muster.ask_retag(array[new.id]);
  end if;
  return null;
end $$;
create trigger retag after update of priority on groups for each row
  when (old.priority <> new.priority) execute function muster.retag_of_group();

-- A group that is gone loses its members page by page, and they its tags; few lose them at once.
create function muster.retag_of_gone() returns trigger language plpgsql as $$
declare
  members uuid[] := array(select m.device_id from public.smart_members m where m.group_id = new.id limit 501);
begin
  if cardinality(members) <= 500 then perform muster.rule_tags(members); end if;
  return null;
end $$;
create trigger retag_gone after update of deleted_at on groups for each row
  when (old.deleted_at is distinct from new.deleted_at) execute function muster.retag_of_gone();

-- Returns how many devices have other tags now. Two statements: what decides is read after the last lock was had, else a
-- device that left a group meanwhile would get its tags back.
drop function muster.rule_tags(uuid[]);
create function muster.rule_tags(ids uuid[]) returns int language plpgsql as $$
declare
  changed int;
begin
  perform from public.devices d where d.id = any (ids) order by d.id for no key update;
  update public.devices d set ruled_tags = n.tags
  from (
    select i.id, coalesce(jsonb_object_agg(t.key, t.value order by g.priority, g.id desc) filter (where t.key is not null), '{}') as tags
    from (select distinct id from unnest(ids) as id) i
    left join public.smart_members m on m.device_id = i.id
    left join public.groups g on g.id = m.group_id and g.deleted_at is null
    left join public.group_tags t on t.group_id = g.id
    group by i.id
  ) n
  where d.id = n.id and d.ruled_tags <> n.tags;
  get diagnostics changed = row_count;
  return changed;
end $$;
