-- Who changed a setting last, and which of two changes came first.
alter table settings
  add column version int not null default 1,
  add column changed_by text;
comment on table settings is 'installation: what the server remembers about itself, and the settings that differ from their default';
