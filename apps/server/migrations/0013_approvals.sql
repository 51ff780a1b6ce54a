-- What waits for a second person: a request as it was sent, bound to its exact content, used once.

create table approvals (
  id uuid primary key,
  state text not null check (state in ('pending', 'approved', 'used', 'denied', 'withdrawn', 'expired')),
  requested_by uuid not null references users,
  -- The key that asked, where it was one; its person counts as the requester.
  key_id uuid references api_keys,
  permission text not null,
  -- Endpoint by name, and the request itself for whoever decides.
  endpoint text not null,
  method text not null,
  path text not null,
  input jsonb not null,
  -- SHA-256 over endpoint and canonical input.
  request_hash bytea not null check (length(request_hash) = 32),
  device_ids uuid[] not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  decided_by uuid references users,
  decided_at timestamptz,
  reason text not null default '',
  used_at timestamptz,
  check (decided_by is null or decided_by <> requested_by)
);
comment on table approvals is 'installation: requests concern endpoints, of which some belong to no organisation; who sees one is decided by its devices';
create unique index approvals_open on approvals (requested_by, request_hash) where state in ('pending', 'approved');
create index approvals_state on approvals (state, id);
grant select, insert, update on approvals to muster_app, muster_system;
