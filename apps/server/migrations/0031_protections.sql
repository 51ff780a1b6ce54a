-- Questions to what protects a device and to the age of its inventory, asked from an index to the devices.

create index inventory_items_protection on inventory_items (kind, (fields ->> 'state'), device_no)
  where kind in ('firewall', 'encryption', 'antivirus');

-- Devices of which something of a kind is in one of the states.
create function muster.devices_protected(of_kind text, states text[]) returns setof int
language sql stable security definer set search_path = public rows 1000 as $$
  select distinct i.device_no
  from inventory_items i join devices d using (device_no)
  where i.kind = of_kind and i.kind in ('firewall', 'encryption', 'antivirus') and i.fields ->> 'state' = any (states)
    and d.org_id = any ((select muster.scope())::uuid[])
$$;

-- The states of a kind on one device, for questions that no index answers.
create function muster.protections_of(device int, of_kind text) returns table (state text)
language sql stable security definer set search_path = public as $$
  select i.fields ->> 'state' from inventory_items i join devices d using (device_no)
  where i.device_no = device and i.category = 'security' and i.kind = of_kind
    and d.org_id = any ((select muster.scope())::uuid[])
$$;

-- Devices that last told of their system in a span of time. What was told then was last changed before that.
create function muster.devices_collected(low timestamptz, low_in boolean, high timestamptz, high_in boolean)
returns setof int
language sql stable security definer set search_path = public rows 1000 as $$
  select s.device_no
  from inventory_states s join devices d using (device_no)
  where s.category = 'system' and d.org_id = any ((select muster.scope())::uuid[])
    and (low is null or s.collected_at > low or (low_in and s.collected_at = low))
    and (high is null or s.changed_at <= high)
    and (high is null or s.collected_at < high or (high_in and s.collected_at = high))
$$;

create function muster.collected_of(device int) returns table (collected_at timestamptz)
language sql stable security definer set search_path = public as $$
  select s.collected_at from inventory_states s join devices d using (device_no)
  where s.device_no = device and s.category = 'system' and d.org_id = any ((select muster.scope())::uuid[])
$$;

revoke execute on function muster.devices_protected, muster.protections_of, muster.devices_collected, muster.collected_of
  from public;
grant execute on function muster.devices_protected, muster.protections_of, muster.devices_collected, muster.collected_of
  to muster_app;
