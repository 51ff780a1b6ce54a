-- Who entered a smart group and left it: the events are those of devices, and are found by the group here.
create index event_log_group on event_log ((payload ->> 'groupId'), position desc)
  where type in ('device.group_entered', 'device.group_left');
