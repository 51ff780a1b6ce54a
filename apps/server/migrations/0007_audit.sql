-- The audit log: rows are written unsequenced in the transaction of what they tell of; one leased sequencer appends them
-- to a Merkle log per organisation (foundations 3). The system's own log is that of the nil organisation.

create table audit_outbox (
  seq bigint generated always as identity primary key,
  id uuid not null,
  org_id uuid not null,
  occurred_at timestamptz not null,
  who_id text,
  who_name text,
  action text not null,
  target_id text,
  target_name text,
  success boolean not null,
  -- What the hash covers, byte for byte: hence text and not jsonb.
  content text not null,
  salt bytea not null check (length(salt) = 16),
  -- SHA-256 of salt and content.
  content_hash bytea not null check (length(content_hash) = 32)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
comment on table audit_outbox is 'owned: audit rows that are committed and have no place in a log yet';
alter table audit_outbox enable row level security;
alter table audit_outbox force row level security;
-- Whoever may write at all may write to the log of the system; nobody reads here but the sequencer.
create policy scope on audit_outbox using (org_id = any ((select muster.scope())::uuid[]))
  with check (org_id = any ((select muster.scope())::uuid[]) or org_id = '00000000-0000-0000-0000-000000000000');
grant insert on audit_outbox to muster_app;
grant select, insert, delete on audit_outbox to muster_system;

create table audit_log (
  -- Order over all logs, for pages.
  position bigint not null,
  id uuid not null,
  org_id uuid not null,
  -- Place in the log of the organisation, from 0 without gaps.
  leaf_index bigint not null,
  occurred_at timestamptz not null,
  who_id text,
  who_name text,
  action text not null,
  target_id text,
  target_name text,
  success boolean not null,
  -- Null together with the salt where content was erased.
  content text,
  salt bytea,
  content_hash bytea not null,
  -- Never falls from one position to the next, whatever the clock does: old partitions hold the lowest indexes.
  sequenced_at timestamptz not null,
  primary key (position, sequenced_at)
) partition by range (sequenced_at);
comment on table audit_log is 'owned: the audit log; month partitions, kept as long as MUSTER_AUDIT_RETENTION says';
create unique index audit_log_leaf on audit_log (org_id, leaf_index, sequenced_at);
create index audit_log_org on audit_log (org_id, position);
create index audit_log_who on audit_log (who_id, position);
create index audit_log_target on audit_log (target_id, position);
create index audit_log_action on audit_log (action, position);
alter table audit_log enable row level security;
alter table audit_log force row level security;
create policy scope on audit_log using (org_id = any ((select muster.scope())::uuid[]));
grant select on audit_log to muster_app;
grant select, insert on audit_log to muster_system;

create table audit_trees (
  org_id uuid primary key,
  size bigint not null check (size >= 0),
  -- Roots of the complete subtrees, 32 bytes each, the largest first.
  peaks bytea not null check (length(peaks) % 32 = 0),
  -- Size at the newest checkpoint.
  signed_size bigint not null default 0,
  -- Rows below this are gone, and a signed note says so.
  pruned_size bigint not null default 0,
  pruned_note text,
  check (signed_size <= size and pruned_size <= size and (pruned_size = 0) = (pruned_note is null))
) with (fillfactor = 50);
comment on table audit_trees is 'owned: the growing edge of each audit log';
alter table audit_trees enable row level security;
alter table audit_trees force row level security;
create policy scope on audit_trees using (org_id = any ((select muster.scope())::uuid[]));
grant select on audit_trees to muster_app;
grant select, insert, update on audit_trees to muster_system;

-- Hashes of complete subtrees, 256 a row: level n has those of 2^(8n) leaves. They outlive the rows, so that what was
-- proven once can be proven for ever.
create table audit_tiles (
  org_id uuid not null,
  level int not null,
  tile bigint not null,
  hashes bytea not null check (length(hashes) % 32 = 0 and length(hashes) <= 8192),
  primary key (org_id, level, tile)
);
alter table audit_tiles alter column hashes set storage external;
comment on table audit_tiles is 'owned: inner hashes of each audit log, for proofs';
alter table audit_tiles enable row level security;
alter table audit_tiles force row level security;
create policy scope on audit_tiles using (org_id = any ((select muster.scope())::uuid[]));
grant select on audit_tiles to muster_app;
grant select, insert, update on audit_tiles to muster_system;

create table audit_checkpoints (
  org_id uuid not null,
  size bigint not null,
  signed_at timestamptz not null,
  note text not null,
  primary key (org_id, size)
);
comment on table audit_checkpoints is 'owned: signed checkpoints of each audit log; every one of a week, then one an hour';
alter table audit_checkpoints enable row level security;
alter table audit_checkpoints force row level security;
create policy scope on audit_checkpoints using (org_id = any ((select muster.scope())::uuid[]));
grant select on audit_checkpoints to muster_app;
grant select, insert, delete on audit_checkpoints to muster_system;

-- One row. Its lock orders the sequencers of all nodes, as that of event_sequencer does.
create table audit_sequencer (
  only_row boolean primary key default true check (only_row),
  holder text not null default '',
  lease_until timestamptz not null default '-infinity',
  position bigint not null default 0,
  sequenced_at timestamptz not null default '-infinity'
) with (fillfactor = 10);
comment on table audit_sequencer is 'installation: who appends to the audit logs of all organisations, and how far it came';
insert into audit_sequencer default values;
grant select, update on audit_sequencer to muster_system;

-- Makes the month partitions from that of `from_time` to that of `to_time`; those that exist stay as they are.
create function muster.make_audit_partitions(from_time timestamptz, to_time timestamptz) returns void
language plpgsql security definer set search_path = public set timezone = 'UTC' as $$
declare
  month timestamptz := date_trunc('month', from_time);
  part text;
begin
  while month <= to_time loop
    part := 'audit_log_' || to_char(month, 'YYYYMM');
    if to_regclass(part) is null then
      execute format('create table if not exists %I partition of audit_log for values from (%L) to (%L)',
        part, month, month + interval '1 month');
      execute format('alter table %I enable row level security, force row level security', part);
      execute format('comment on table %I is %L', part, 'owned: a month of audit_log');
      execute format('create policy scope on %I using (org_id = any ((select muster.scope())::uuid[]))', part);
    end if;
    month := month + interval '1 month';
  end loop;
end $$;

-- The oldest month whose rows all lie before `before`, as the start of the month after it; null where there is none.
create function muster.oldest_audit_month(before timestamptz) returns timestamptz
language sql stable security definer set search_path = public set timezone = 'UTC' as $$
  select min(ends) from (
    select to_date(right(child.relname, 6), 'YYYYMM')::timestamptz + interval '1 month' as ends
    from pg_inherits join pg_class child on child.oid = inhrelid where inhparent = 'audit_log'::regclass
  ) months where ends <= before
$$;

-- Drops the partition that ends at `ends`.
create function muster.drop_audit_partition(ends timestamptz) returns void
language plpgsql security definer set search_path = public set timezone = 'UTC' as $$
begin
  execute format('drop table %I', 'audit_log_' || to_char(ends - interval '1 month', 'YYYYMM'));
end $$;

revoke execute on function muster.make_audit_partitions, muster.oldest_audit_month, muster.drop_audit_partition from public;
grant execute on function muster.make_audit_partitions, muster.oldest_audit_month, muster.drop_audit_partition to muster_system;
