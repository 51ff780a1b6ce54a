-- Events: written unsequenced in the transaction of the change, then given positions in commit order by one leased
-- sequencer. Readers follow positions only (foundations 3).

create table event_outbox (
  -- Order of writing: two changes of one row follow each other through its lock, and so do their events.
  seq bigint generated always as identity primary key,
  id uuid not null,
  org_id uuid not null,
  type text not null,
  version int not null,
  subject_id uuid not null,
  priority text not null check (priority in ('low', 'normal', 'high', 'critical')),
  payload jsonb not null check (jsonb_typeof(payload) = 'object'),
  actor text,
  occurred_at timestamptz not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
comment on table event_outbox is 'owned: events that are committed and have no position yet';
alter table event_outbox enable row level security;
alter table event_outbox force row level security;
create policy scope on event_outbox using (org_id = any ((select muster.scope())::uuid[]));
grant insert on event_outbox to muster_app;
grant select, insert, delete on event_outbox to muster_system;

create table event_log (
  position bigint not null,
  id uuid not null,
  org_id uuid not null,
  type text not null,
  version int not null,
  subject_id uuid not null,
  priority text not null,
  payload jsonb not null,
  actor text,
  occurred_at timestamptz not null,
  sequenced_at timestamptz not null,
  primary key (position, sequenced_at)
) partition by range (sequenced_at);
comment on table event_log is 'owned: events in commit order; month partitions, kept 400 days';
create index event_log_subject on event_log (subject_id, position);
alter table event_log enable row level security;
alter table event_log force row level security;
create policy scope on event_log using (org_id = any ((select muster.scope())::uuid[]));
grant select on event_log to muster_app;
grant select, insert on event_log to muster_system;

-- One row. Its lock orders the sequencers of all nodes: positions are taken and committed one batch after the other,
-- so a reader that has seen position n has seen everything below n.
create table event_sequencer (
  only_row boolean primary key default true check (only_row),
  holder text not null default '',
  lease_until timestamptz not null default '-infinity',
  position bigint not null default 0
) with (fillfactor = 10);
comment on table event_sequencer is 'installation: who gives positions to events of all organisations, and the last one given';
insert into event_sequencer default values;
grant select, update on event_sequencer to muster_system;

create table event_cursors (
  name text primary key,
  position bigint not null,
  updated_at timestamptz not null default now()
);
comment on table event_cursors is 'installation: how far each durable subscriber has read the events of all organisations';
grant select, insert, update, delete on event_cursors to muster_system;

-- Makes the month partitions from that of `from_time` to that of `to_time`; those that exist stay as they are.
create function muster.make_event_partitions(from_time timestamptz, to_time timestamptz) returns void
language plpgsql security definer set search_path = public set timezone = 'UTC' as $$
declare
  month timestamptz := date_trunc('month', from_time);
  part text;
begin
  while month <= to_time loop
    part := 'event_log_' || to_char(month, 'YYYYMM');
    if to_regclass(part) is null then
      execute format('create table if not exists %I partition of event_log for values from (%L) to (%L)',
        part, month, month + interval '1 month');
      execute format('alter table %I enable row level security, force row level security', part);
      execute format('comment on table %I is %L', part, 'owned: a month of event_log');
      execute format('create policy scope on %I using (org_id = any ((select muster.scope())::uuid[]))', part);
    end if;
    month := month + interval '1 month';
  end loop;
end $$;

-- Drops the partitions whose whole month lies before `before`; returns their names.
create function muster.drop_event_partitions(before timestamptz) returns setof text
language plpgsql security definer set search_path = public set timezone = 'UTC' as $$
declare
  part text;
begin
  for part in
    select child.relname from pg_inherits join pg_class child on child.oid = inhrelid
    where inhparent = 'event_log'::regclass order by child.relname
  loop
    if to_date(right(part, 6), 'YYYYMM') + interval '1 month' <= before then
      execute format('drop table %I', part);
      return next part;
    end if;
  end loop;
end $$;

revoke execute on function muster.make_event_partitions, muster.drop_event_partitions from public;
grant execute on function muster.make_event_partitions, muster.drop_event_partitions to muster_system;
