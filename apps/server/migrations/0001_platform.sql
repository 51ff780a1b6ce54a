-- The platform's own tables: who may sign in, which organisations and sites exist, and what the server remembers.

grant usage on schema muster to muster_app, muster_system, muster_ingest;

-- The organisations that the current transaction may see; none where nothing was set.
create function muster.scope() returns uuid[]
  language sql stable parallel safe
  return coalesce(nullif(current_setting('muster.org_ids', true), ''), '{}')::uuid[];

-- Keeps updated_at true whoever writes.
create function muster.touch() returns trigger language plpgsql as $$
begin
  new.updated_at := now();
  return new;
end $$;

create table organisations (
  id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  -- The etag.
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);
comment on table organisations is 'owned: the organisation itself; its id is the organisation id';
create unique index organisations_name on organisations (lower(name)) where deleted_at is null;

create table sites (
  id uuid primary key,
  org_id uuid not null references organisations,
  name text not null check (length(name) between 1 and 200),
  location text not null default '',
  timezone text not null default 'UTC',
  contact_email text,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);
comment on table sites is 'owned: places of an organisation';
create unique index sites_name on sites (org_id, lower(name)) where deleted_at is null;
-- One organisation and one site to begin with, written before row-level security could hide them from their writer.
with organisation as (insert into organisations (id, name) values (uuidv7(), 'main') returning id)
insert into sites (id, org_id, name, timezone) select uuidv7(), id, 'main', 'UTC' from organisation;

alter table organisations enable row level security;
alter table organisations force row level security;
create policy scope on organisations using (id = any ((select muster.scope())::uuid[]));
grant select, insert, update on organisations to muster_app, muster_system;

alter table sites enable row level security;
alter table sites force row level security;
create policy scope on sites using (org_id = any ((select muster.scope())::uuid[]));
grant select, insert, update on sites to muster_app, muster_system;

create table users (
  id uuid primary key,
  email text not null check (email = lower(email) and length(email) <= 254),
  name text not null check (length(name) between 1 and 200),
  -- Null until an invitation is accepted.
  password_hash text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  disabled_at timestamptz,
  deleted_at timestamptz
);
comment on table users is 'installation: people sign in before any organisation is known';
create unique index users_email on users (email) where deleted_at is null;
grant select, insert, update on users to muster_app, muster_system;

create table sessions (
  id uuid primary key,
  user_id uuid not null references users,
  token_hash bytea not null unique check (length(token_hash) = 32),
  address text not null,
  user_agent text not null,
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz
);
comment on table sessions is 'installation: who is signed in; read to find the scope, so before there is one';
create index sessions_user on sessions (user_id);
create index sessions_expires on sessions (expires_at);
grant select, insert, update, delete on sessions to muster_app, muster_system;

create table settings (
  key text primary key,
  value jsonb not null,
  updated_at timestamptz not null default now()
);
comment on table settings is 'installation: what the server remembers about itself (installation id, addresses)';
grant select, insert, update, delete on settings to muster_app, muster_system;

create table leases (
  name text primary key,
  holder text not null,
  expires_at timestamptz not null
);
comment on table leases is 'installation: which process does a job that only one may do at a time';
grant select, insert, update, delete on leases to muster_app, muster_system;

create table idempotency_keys (
  -- SHA-256 of person and key: the key itself, which opens the answer, is not here.
  key_hash bytea primary key check (length(key_hash) = 32),
  request_hash bytea not null check (length(request_hash) = 32),
  -- Null while the first request is still running.
  answer bytea,
  created_at timestamptz not null default now()
);
comment on table idempotency_keys is 'installation: sealed answers kept for 24 hours, so that a repeated POST does nothing twice; keyed by person';
create index idempotency_keys_created on idempotency_keys (created_at);
grant select, insert, update, delete on idempotency_keys to muster_app, muster_system;

create trigger touch before update on organisations for each row execute function muster.touch();
create trigger touch before update on sites for each row execute function muster.touch();
create trigger touch before update on users for each row execute function muster.touch();
create trigger touch before update on settings for each row execute function muster.touch();
