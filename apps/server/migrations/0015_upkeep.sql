-- What keeps rows true, small and told of: updated_at everywhere, retention of commands, and word of changed rights.

create trigger touch before update on devices for each row execute function muster.touch();
create trigger touch before update on event_cursors for each row execute function muster.touch();

-- Ended commands go in batches once the setting commands.retentionDays has passed; what is open is never old.
comment on table commands is 'owned: what was asked of devices, by whom, and how it ended; kept commands.retentionDays after its end';
create index commands_ended on commands (ended_at) where ended_at is not null;
grant delete on commands to muster_system;

-- Rights are read at each request. What stays open longer (live views) is told here when somebody's may have changed, by
-- whichever process and whatever way; PostgreSQL tells it after the commit, once a transaction. These tables change
-- seldom: nothing that devices write is among them but the site that a person moves a device to.
create function muster.tell_rights() returns trigger language plpgsql as $$
begin
  perform pg_notify('muster_rights', '');
  return null;
end $$;
create trigger tell_rights after insert or update or delete on grants
  for each statement execute function muster.tell_rights();
create trigger tell_rights after update or delete on roles
  for each statement execute function muster.tell_rights();
create trigger tell_rights after insert or delete on role_permissions
  for each statement execute function muster.tell_rights();
create trigger tell_rights after update or delete on groups
  for each statement execute function muster.tell_rights();
create trigger tell_rights after insert or delete on group_devices
  for each statement execute function muster.tell_rights();
create trigger tell_rights after update of disabled_at, deleted_at on users
  for each statement execute function muster.tell_rights();
create trigger tell_rights after update of ended_at on sessions
  for each statement execute function muster.tell_rights();
create trigger tell_rights after update of deleted_at on organisations
  for each statement execute function muster.tell_rights();
create trigger tell_rights after update of site_id on devices
  for each row when (old.site_id is distinct from new.site_id) execute function muster.tell_rights();
