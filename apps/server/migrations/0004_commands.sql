-- The command ledger: one row per command, written before anything is sent (foundations 1 and 3).

create table commands (
  id uuid primary key,
  org_id uuid not null,
  -- No reference to devices: a command outlives the device it was meant for, and keeps the name it had.
  device_id uuid not null,
  device_name text not null,
  sequence bigint not null check (sequence > 0),
  name text not null,
  version int not null,
  state text not null check (state in ('queued', 'sent', 'received', 'running', 'cancelling', 'succeeded', 'failed',
    'refused', 'expired', 'cancelled', 'interrupted')),
  payload jsonb not null,
  -- Serialized CommandEnvelope: signed once, stored and delivered byte for byte.
  envelope bytea not null,
  result jsonb,
  error_code text,
  error_message text,
  requested_by uuid,
  requested_by_name text,
  reason text,
  timeout_ms int not null check (timeout_ms > 0),
  created_at timestamptz not null,
  deliver_by timestamptz not null,
  sent_at timestamptz,
  received_at timestamptz,
  started_at timestamptz,
  ended_at timestamptz,
  -- When the server has to decide by itself; null once the command ended.
  due_at timestamptz,
  unique (device_id, sequence),
  check ((ended_at is null) = (state in ('queued', 'sent', 'received', 'running', 'cancelling'))),
  check ((due_at is null) = (ended_at is not null))
) with (fillfactor = 80);
comment on table commands is 'owned: what was asked of devices, by whom, and how it ended';
create index commands_newest on commands (org_id, id desc);
create index commands_of_device on commands (device_id, id desc);
create index commands_open on commands (device_id, sequence) where ended_at is null;
create index commands_due on commands (due_at) where due_at is not null;
alter table commands enable row level security;
alter table commands force row level security;
create policy scope on commands using (org_id = any ((select muster.scope())::uuid[]));
grant select, insert, update on commands to muster_app, muster_system;
