-- A device of a site that is to serve the others as relay.

alter table sites add column relay_device_id uuid references devices;
create index sites_relay on sites (relay_device_id) where relay_device_id is not null;

-- Whatever takes a device out of its site, or ends it, takes it out of this role as well.
create function muster.drop_relay() returns trigger language plpgsql as $$
begin
  update sites set relay_device_id = null, version = version + 1 where relay_device_id = new.id;
  return null;
end $$;
revoke execute on function muster.drop_relay from public;
create trigger drop_relay after update of site_id, org_id, lifecycle, deleted_at on devices for each row
  when (new.site_id <> old.site_id or new.org_id <> old.org_id or new.lifecycle in ('retired', 'revoked')
    or new.deleted_at is not null)
  execute function muster.drop_relay();
