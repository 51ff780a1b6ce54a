-- The ledger by month, so that retention drops what is old instead of deleting it row by row. An id carries the time at
-- which the command was asked for (UUIDv7) and is the partition key: whoever knows the id knows the month, the primary key
-- stays the id alone, and a page of the newest is read month by month.

-- The lowest id of a moment; ids of that very millisecond are higher.
create function muster.first_id(at timestamptz) returns uuid language sql immutable strict parallel safe
  return rpad(lpad(to_hex(floor(extract(epoch from at) * 1000)::bigint), 12, '0'), 32, '0')::uuid;

alter table commands rename to commands_whole;
-- The owner moves the rows of every organisation; under forced row-level security there would be none.
alter table commands_whole no force row level security;
alter table commands_whole drop constraint commands_pkey, drop constraint commands_device_id_sequence_key;
drop index commands_newest, commands_of_device, commands_open, commands_due, commands_ended, commands_timeline;

create table commands (like commands_whole including defaults including constraints, primary key (id))
  partition by range (id);
comment on table commands is 'owned: what was asked of devices, by whom, and how it ended; month partitions by the time in the id, dropped commands.retentionDays after the last command of the month ended';

-- Makes the month partitions from that of `from_time` to that of `to_time`; those that exist stay as they are.
create function muster.make_command_months(from_time timestamptz, to_time timestamptz) returns void
language plpgsql security definer set search_path = public set timezone = 'UTC' set lock_timeout = '2s' as $$
declare
  month timestamptz := date_trunc('month', from_time);
  part text;
begin
  while month <= to_time loop
    part := 'commands_' || to_char(month, 'YYYYMM');
    if to_regclass(part) is null then
      -- Nodes that miss it at the same time make it once.
      lock table commands in access exclusive mode;
    end if;
    if to_regclass(part) is null then
      execute format('create table %I partition of commands for values from (%L) to (%L) with (fillfactor = 80)',
        part, muster.first_id(month), muster.first_id(month + interval '1 month'));
      -- A constraint over all months would have to contain the id, and would say nothing. Sequences are drawn from a
      -- counter under the device's row lock; this finds a fault in that.
      execute format('alter table %I add unique (device_id, sequence)', part);
      execute format('alter table %I enable row level security, force row level security', part);
      execute format('comment on table %I is %L', part, 'owned: a month of commands');
      execute format('create policy scope on %I using (org_id = any ((select muster.scope())::uuid[]))', part);
    end if;
    month := month + interval '1 month';
  end loop;
end $$;

-- Drops the month that starts at `starts`. Whoever calls holds the table's lock and has seen that nothing in it is open.
create function muster.drop_command_month(starts timestamptz) returns void
language plpgsql security definer set search_path = public set timezone = 'UTC' as $$
begin
  execute format('drop table %I', 'commands_' || to_char(starts, 'YYYYMM'));
end $$;

revoke execute on function muster.first_id, muster.make_command_months, muster.drop_command_month from public;
grant execute on function muster.make_command_months, muster.drop_command_month to muster_system;

select muster.make_command_months(month, month)
from (select distinct date_trunc('month', uuid_extract_timestamp(id), 'UTC') as month from commands_whole) months;
select muster.make_command_months(now() - interval '1 day', now() + interval '7 days');
insert into commands select * from commands_whole;
drop table commands_whole;

create index commands_newest on commands (org_id, id desc);
create index commands_of_device on commands (device_id, id desc);
create index commands_open on commands (device_id, sequence) where ended_at is null;
create index commands_due on commands (due_at) where due_at is not null;
create index commands_ended on commands (ended_at) where ended_at is not null;
create index commands_timeline on commands (device_id, created_at desc, id desc);
analyze commands;
alter table commands enable row level security;
alter table commands force row level security;
create policy scope on commands using (org_id = any ((select muster.scope())::uuid[]));
grant select, insert, update on commands to muster_app, muster_system;
