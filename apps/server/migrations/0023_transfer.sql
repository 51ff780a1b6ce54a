-- A device that goes to another organisation: it takes its key and nothing else; its history stays under a number that a
-- row of the source keeps.

alter table devices
  -- Of the row that stays behind: which device it was.
  add column moved_to uuid references devices;

-- The row that stays behind keeps its number, and with it the presence that was.
create or replace function muster.add_presence() returns trigger
language plpgsql security definer set search_path = public as $$
begin
  insert into device_presence (device_no) values (new.device_no) on conflict do nothing;
  return null;
end $$;
