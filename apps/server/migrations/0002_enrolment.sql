-- Trust of the installation and the tokens that machines enrol with.

create table trust (
  singleton boolean primary key default true check (singleton),
  installation_id uuid not null,
  root_public_key bytea not null check (length(root_public_key) = 32),
  epoch int not null check (epoch >= 1),
  generation int not null check (generation >= 0),
  created_at timestamptz not null default now()
);
comment on table trust is 'installation: name, root key and epoch of this installation; there is one row';
grant select, insert, update on trust to muster_system;

create table trust_materials (
  name text primary key,
  -- Certificate (DER) or raw public key.
  open bytea not null,
  -- Private half, AES-256-GCM under the key file outside the database.
  sealed bytea not null,
  -- SignedStatement of the root key; null for certified keys.
  statement bytea,
  created_at timestamptz not null default now()
);
comment on table trust_materials is 'installation: certificate authorities and signing keys, private halves sealed';
grant select, insert on trust_materials to muster_system;

create table enrolment_tokens (
  id uuid primary key,
  org_id uuid not null references organisations,
  site_id uuid not null references sites,
  -- The part of the secret that may be seen; finds the row.
  handle text not null unique check (length(handle) = 12),
  -- SHA-256 of the whole secret, which has 160 bits of chance: no slow hash is needed.
  secret_hash bytea not null check (length(secret_hash) = 32),
  description text not null,
  -- Null: any number until it expires.
  uses_allowed int check (uses_allowed > 0),
  uses int not null default 0 check (uses >= 0),
  tags jsonb not null default '{}' check (jsonb_typeof(tags) = 'object'),
  needs_approval boolean not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  created_by uuid references users,
  revoked_at timestamptz,
  check (uses_allowed is null or uses <= uses_allowed)
);
comment on table enrolment_tokens is 'owned: what a machine exchanges for an identity';
create index enrolment_tokens_org on enrolment_tokens (org_id, id desc);
alter table enrolment_tokens enable row level security;
alter table enrolment_tokens force row level security;
create policy scope on enrolment_tokens using (org_id = any ((select muster.scope())::uuid[]));
grant select, insert, update on enrolment_tokens to muster_app, muster_system;
