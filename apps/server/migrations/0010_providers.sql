-- Sign-in by others: OpenID Connect providers and directories, who signs in by them, and the roles that their groups give.

create table vault_secrets (
  id uuid primary key,
  -- AES-256-GCM under the key file, bound to this row.
  sealed bytea not null
);
comment on table vault_secrets is 'installation: client secrets and bind passwords of sign-in providers, sealed';
grant select, insert, update, delete on vault_secrets to muster_app, muster_system;

create table sign_in_providers (
  id uuid primary key,
  kind text not null check (kind in ('oidc', 'ldap')),
  name text not null check (length(name) between 1 and 200),
  enabled boolean not null,
  settings jsonb not null check (jsonb_typeof(settings) = 'object'),
  -- Client secret or bind password.
  secret_id uuid references vault_secrets,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);
comment on table sign_in_providers is 'installation: people are not of one organisation; read before anybody is known';
create unique index sign_in_providers_name on sign_in_providers (lower(name)) where deleted_at is null;
grant select, insert, update on sign_in_providers to muster_app, muster_system;
create trigger touch before update on sign_in_providers for each row execute function muster.touch();

create table provider_mappings (
  provider_id uuid not null references sign_in_providers,
  group_name text not null check (length(group_name) between 1 and 1000),
  role_id uuid not null references roles,
  org_id uuid references organisations,
  site_id uuid references sites,
  group_id uuid references groups,
  check (org_id is not null or (site_id is null and group_id is null)),
  check (site_id is null or group_id is null),
  unique nulls not distinct (provider_id, group_name, role_id, org_id, site_id, group_id)
);
comment on table provider_mappings is 'installation: which role a provider''s group gives, and where';
create index provider_mappings_role on provider_mappings (role_id);
grant select, insert, delete on provider_mappings to muster_app, muster_system;

-- Who a provider's subject is here. The row outlives the person: whoever was removed does not come back by it.
create table provider_identities (
  provider_id uuid not null references sign_in_providers,
  subject text not null check (length(subject) between 1 and 1000),
  user_id uuid not null references users,
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  primary key (provider_id, subject)
);
comment on table provider_identities is 'installation: by which provider people sign in; read before anybody is known';
create index provider_identities_user on provider_identities (user_id);
grant select, insert, update, delete on provider_identities to muster_app, muster_system;

-- Sign-ins that left for an OpenID provider. A row is used once; nonce and verifier come from the browser's own secret,
-- of which there is only a hash.
create table provider_sign_ins (
  state_hash bytea primary key check (length(state_hash) = 32),
  browser_hash bytea not null check (length(browser_hash) = 32),
  provider_id uuid not null references sign_in_providers,
  redirect_uri text not null,
  return_to text not null,
  expires_at timestamptz not null
);
comment on table provider_sign_ins is 'installation: sign-ins on their way; nobody is known yet';
create index provider_sign_ins_expiry on provider_sign_ins (expires_at);
grant select, insert, delete on provider_sign_ins to muster_app, muster_system;

-- A role that a provider's groups give stands beside the same one given by hand: each is taken away for itself.
alter table grants add column provider_id uuid references sign_in_providers;
alter table grants drop constraint grants_user_id_role_id_org_id_site_id_group_id_key;
alter table grants add constraint grants_once
  unique nulls not distinct (user_id, role_id, org_id, site_id, group_id, provider_id);
