-- First pages of questions to software within 50 ms (docs/benchmarks.md, `query`).

-- The scope of many devices at once, without reading their wide rows.
create index devices_no_org on devices (device_no) include (org_id);

-- Each device once, before its scope is looked up: a wildcard finds dozens of titles on each.
create or replace function muster.devices_with_software(
  titles int[], low text, low_in boolean, high text, high_in boolean)
returns setof int
language sql stable security definer set search_path = public rows 1000 as $$
  select found.device_no
  from (
    select s.device_no from device_software s
    where s.title_id = any (titles)
      and (low is null and high is null or exists (
        select from software_versions v where v.id = s.version_id
          and (low is null or v.sort_key > low or (low_in and v.sort_key = low))
          and (high is null or v.sort_key < high or (high_in and v.sort_key = high))))
    group by s.device_no
  ) found join devices d using (device_no)
  where d.org_id = any ((select muster.scope())::uuid[])
$$;

-- Of the devices in scope, what is installed: for titles that are named, which are on each device once or twice.
create view muster.software_list as
select s.device_no, s.title_id from device_software s join devices d using (device_no)
where d.org_id = any ((select muster.scope())::uuid[]);
grant select on muster.software_list to muster_app;

-- The same of one device, for a list that is walked in its order until the page is full. A plan for the titles at hand
-- would be made anew each time, which costs more than the look-up.
create function muster.has_software(device int, titles int[], low text, low_in boolean, high text, high_in boolean)
returns boolean
language plpgsql stable security definer set search_path = public set plan_cache_mode = force_generic_plan
set enable_nestloop = on as $$
begin
  if not exists (select from devices d where d.device_no = device and d.org_id = any (muster.scope())) then
    return false;
  end if;
  if low is null and high is null then
    return exists (select from device_software s where s.device_no = device and s.title_id = any (titles));
  end if;
  return exists (
    select from device_software s join software_versions v on v.id = s.version_id
    where s.device_no = device and s.title_id = any (titles)
      and (low is null or v.sort_key > low or (low_in and v.sort_key = low))
      and (high is null or v.sort_key < high or (high_in and v.sort_key = high)));
end $$;
revoke execute on function muster.has_software from public;
grant execute on function muster.has_software to muster_app;
