-- A group whose query is new is filled page by page beside the devices of which something changed, and not as rows of
-- their queue: what changes now does not wait behind a hundred thousand devices that a new group has to look at.
create table membership_fills (
  group_id uuid primary key references groups,
  -- The query that it is filled for; another one begins anew.
  query text not null,
  -- The number of the last device that was looked at.
  filled_to int not null default 0
);
comment on table membership_fills is 'installation: smart groups that are being filled, for the one worker that does it';
create index membership_fills_next on membership_fills (filled_to);
grant select, insert, update, delete on membership_fills to muster_system;

delete from membership_queue where touched[1] like 'group:%';
insert into membership_fills (group_id, query)
  select id, query from groups
  where deleted_at is null and query = queued_query and settled_query is distinct from query;
