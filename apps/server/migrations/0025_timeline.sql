-- The timeline of a device is an index over what is stored already: each source is read downwards by (time, id).

-- By type as well: somebody who asks for one seldom kind need not walk past a million of another.
create index event_log_timeline on event_log (subject_id, type, occurred_at desc, id desc);
create index commands_timeline on commands (device_id, created_at desc, id desc);
create index audit_log_timeline on audit_log (target_id, occurred_at desc, id desc);
