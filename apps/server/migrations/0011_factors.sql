-- How a session was proved, and the second factors of people.

alter table sessions
  add column methods text[] not null default '{password}',
  -- When the person last proved who they are in this session.
  add column proved_at timestamptz not null default now();

create table totp_factors (
  user_id uuid primary key references users,
  secret_id uuid not null references vault_secrets,
  created_at timestamptz not null default now(),
  -- Null until a first code was right.
  confirmed_at timestamptz,
  -- The time step of the last code taken: no code counts twice.
  last_step bigint not null default 0
);
comment on table totp_factors is 'installation: one-time passwords of people; asked before there is a scope';
grant select, insert, update, delete on totp_factors to muster_app, muster_system;

create table recovery_codes (
  user_id uuid not null references users,
  code_hash bytea not null check (length(code_hash) = 32),
  used_at timestamptz,
  primary key (user_id, code_hash)
);
comment on table recovery_codes is 'installation: single-use codes for people who lost their factor; asked before there is a scope';
grant select, insert, update, delete on recovery_codes to muster_app, muster_system;

create table passkeys (
  id uuid primary key,
  user_id uuid not null references users,
  name text not null check (length(name) between 1 and 100),
  credential_id bytea not null unique,
  public_key bytea not null,
  -- Rises with each use, where the key counts at all; one that falls is a copy.
  counter bigint not null,
  transports text[] not null default '{}',
  synced boolean not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz
);
comment on table passkeys is 'installation: passkeys of people; asked before there is a scope';
create index passkeys_user on passkeys (user_id);
grant select, insert, update, delete on passkeys to muster_app, muster_system;

-- Challenges that a browser was given; a row is used once.
create table passkey_challenges (
  id uuid primary key,
  purpose text not null check (purpose in ('sign-in', 'factor', 'prove', 'register')),
  -- Null for a sign-in by passkey alone: who it is, the answer tells.
  user_id uuid references users,
  challenge text not null,
  expires_at timestamptz not null
);
comment on table passkey_challenges is 'installation: single-use challenges of browsers that may not have signed in yet';
create index passkey_challenges_expires on passkey_challenges (expires_at);
grant select, insert, delete on passkey_challenges to muster_app, muster_system;

-- Who has proved one factor and owes another. Of the ticket there is only a hash.
create table sign_in_tickets (
  token_hash bytea primary key check (length(token_hash) = 32),
  user_id uuid not null references users,
  methods text[] not null,
  failures int not null default 0,
  expires_at timestamptz not null
);
comment on table sign_in_tickets is 'installation: sign-ins that wait for a second factor; nobody is known yet';
create index sign_in_tickets_expires on sign_in_tickets (expires_at);
grant select, insert, update, delete on sign_in_tickets to muster_app, muster_system;
