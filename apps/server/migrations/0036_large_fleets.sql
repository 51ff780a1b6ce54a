-- What became slow with a hundred thousand devices, hundreds of organisations, or all at once.

-- Devices are found by their organisations: those of one customer are not looked for among all (29 → 4 ms for 500 of
-- 100,000), and the scope of somebody who sees two hundred is not compared with each row (250 → 55 ms a list).
create index devices_of_org on devices (org_id);

-- A set, so that it is planned as a part of whatever asks. As a function of its own it kept the plan of when nothing was
-- stored, and read the whole table for each device that a first policy reached.
drop function muster.policy_of(uuid);
create function muster.policy_of(device uuid) returns table (fields jsonb)
language sql stable parallel safe as $$
  select p.fields from public.device_policies p where p.device_id = device
$$;

-- Which groups a policy reaches is found out once for each group, not for each member that enters or leaves.
create or replace function muster.requeue_of_members() returns trigger language plpgsql as $$
begin
  if not exists (select from public.policies p where p.group_id is not null and p.fields <> '{}') then return null; end if;
  perform muster.queue_policies(array(select r.device_id from changed_rows r
    where r.group_id = any (array(select c.group_id from (select distinct group_id from changed_rows) c
      where exists (select from public.policies p
        where p.fields <> '{}' and p.group_id = any (muster.groups_around(array[c.group_id])))))));
  return null;
end $$;
