-- The key that a device had before its present one: a machine that still signs with it is a copy, and is told so.
alter table device_keys add column previous_public_key bytea;
