-- An organisation may stand under another: the MSP that serves it. One level; whoever has a role in all of the partner
-- has it in all of its customers, those to come included.

alter table organisations add column partner_id uuid references organisations check (partner_id <> id);
create index organisations_partner on organisations (partner_id) where partner_id is not null and deleted_at is null;

create trigger tell_rights_of_partner after update of partner_id on organisations
  for each statement execute function muster.tell_rights();
-- A new customer of a partner is new to the partner's people, too.
create trigger tell_rights_of_customer after insert on organisations
  for each row when (new.partner_id is not null) execute function muster.tell_rights();

-- Organisations with their customers.
create function muster.with_customers(orgs uuid[]) returns uuid[]
language sql stable parallel safe
return orgs || array(select o.id from public.organisations o where o.partner_id = any (orgs) and o.deleted_at is null);

create or replace function muster.held_roles(of_user uuid) returns json
language plpgsql stable parallel safe as $$
begin
  return (
    select json_agg(json_build_object('builtIn', r.built_in,
      'permissions', array(select p.permission from public.role_permissions p where p.role_id = r.id),
      'everywhere', x.everywhere, 'orgIds', array_to_string(muster.with_customers(x.org_ids), ','),
      'partOrgIds', array_to_string(x.part_org_ids, ','), 'siteIds', array_to_string(x.site_ids, ','),
      'groupIds', case when x.group_ids is null then null else array_to_string(muster.groups_within(x.group_ids), ',') end))
    from (
      select g.role_id, bool_or(g.org_id is null) as everywhere,
        array_agg(g.org_id) filter (where g.org_id is not null and g.site_id is null and g.group_id is null) as org_ids,
        array_agg(distinct g.org_id) filter (where g.site_id is not null or g.group_id is not null) as part_org_ids,
        array_agg(g.site_id) filter (where g.site_id is not null) as site_ids,
        array_agg(g.group_id) filter (where g.group_id is not null) as group_ids
      from public.grants g where g.user_id = of_user group by g.role_id
    ) x join public.roles r on r.id = x.role_id and r.deleted_at is null
  );
end $$;

create or replace function muster.reached_organisations(of_user uuid) returns text
language plpgsql stable parallel safe as $$
begin
  if exists (select from public.grants g where g.user_id = of_user and g.org_id is null) then
    return (select string_agg(o.id::text, ',' order by o.id) from public.organisations o where o.deleted_at is null);
  end if;
  return (select string_agg(o.id::text, ',' order by o.id) from public.organisations o
    where o.deleted_at is null and o.id in (
      select g.org_id from public.grants g where g.user_id = of_user
      union
      select c.id from public.grants g join public.organisations c on c.partner_id = g.org_id
      where g.user_id = of_user and g.site_id is null and g.group_id is null));
end $$;
