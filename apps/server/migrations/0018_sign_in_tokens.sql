-- Tokens for scripts, and signing in with a code.

-- Keys that access tokens are signed with. The newest signs; an older one is kept until its last token has expired.
create table access_token_keys (
  id uuid primary key,
  -- The private half.
  secret_id uuid not null references vault_secrets,
  public_key jsonb not null check (jsonb_typeof(public_key) = 'object'),
  created_at timestamptz not null
);
comment on table access_token_keys is 'installation: signs tokens of all people; the private half is in the vault';
grant select, insert, delete on access_token_keys to muster_app, muster_system;

create table refresh_tokens (
  token_hash bytea primary key check (length(token_hash) = 32),
  session_id uuid not null references sessions on delete cascade,
  created_at timestamptz not null,
  -- A token counts once; a used one that comes again was copied.
  used_at timestamptz
);
comment on table refresh_tokens is 'installation: belongs to a session; read before anybody is known';
create index refresh_tokens_session on refresh_tokens (session_id);
grant select, insert, update, delete on refresh_tokens to muster_app, muster_system;

create table device_logins (
  device_code_hash bytea primary key check (length(device_code_hash) = 32),
  user_code_hash bytea not null unique check (length(user_code_hash) = 32),
  client text not null check (length(client) between 1 and 100),
  address text not null,
  user_agent text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- Who approved or denied, in which session.
  decided_by uuid references users,
  decided_in uuid references sessions on delete cascade,
  approved boolean,
  polled_at timestamptz,
  interval_s int not null
);
comment on table device_logins is 'installation: sign-ins that wait for their approval; nobody is known yet';
create index device_logins_expires on device_logins (expires_at);
grant select, insert, update, delete on device_logins to muster_app, muster_system;
