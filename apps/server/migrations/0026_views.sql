-- Saved views of the devices list: a person's own, or shared in an organisation.

create table saved_views (
  id uuid primary key,
  -- Null: private, for nobody but the owner.
  org_id uuid references organisations,
  -- Who made it; a shared one belongs to its organisation all the same.
  owner_id uuid not null references users,
  name text not null check (length(name) between 1 and 100),
  query text not null,
  columns text[] not null default '{}',
  sort text not null,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table saved_views is 'installation: private ones belong to a person and to no organisation; shared ones are held to theirs by the policy';
create unique index saved_views_private on saved_views (owner_id, lower(name)) where org_id is null;
create unique index saved_views_shared on saved_views (org_id, lower(name)) where org_id is not null;
alter table saved_views enable row level security;
alter table saved_views force row level security;
create policy scope on saved_views using (org_id is null or org_id = any ((select muster.scope())::uuid[]));
grant select, insert, update, delete on saved_views to muster_app;
grant select on saved_views to muster_system;
create trigger touch before update on saved_views for each row execute function muster.touch();
