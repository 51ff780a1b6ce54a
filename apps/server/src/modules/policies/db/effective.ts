import { type SQL, sql } from 'drizzle-orm';

/**
 * What policies add up to for many devices: rows (id, fields) of those that any policy reaches. `asked` are devices (id,
 * org_id, site_id), `policies` rows as in the table. Later wins: site over organisation, groups over site by their
 * priority (of equal ones that first in the alphabet), the device's own over all. `domain/resolve.ts` says the same of one.
 */
export function effectiveSql(asked: SQL, policies: SQL): SQL {
  return sql`(
    with asked as materialized (${asked}),
    p as materialized (select * from (${policies}) all_of where fields <> '{}' and org_id in (select org_id from asked)),
    inside as materialized (
      select p.fields, g.id as root, g.priority, g.name, unnest(muster.groups_within(array[g.id])) as group_id
      from p join groups g on g.id = p.group_id and g.deleted_at is null
    ),
    source as (
      select a.id, p.fields, 0 as level, 0 as priority, '' as name, null::uuid as root
      from asked a join p on p.org_id = a.org_id and num_nonnulls(p.site_id, p.group_id, p.device_id) = 0
      union all
      select a.id, p.fields, 1, 0, '', null from asked a join p on p.site_id = a.site_id
      union all
      select a.id, i.fields, 2, i.priority, i.name, i.root
      from (select where exists (select from inside)) any_group, asked a, lateral (
        select group_id from group_devices where device_id = a.id
        union all select group_id from smart_members where device_id = a.id) m
      join inside i on i.group_id = m.group_id
      union all
      select a.id, p.fields, 3, 0, '', null from asked a join p on p.device_id = a.id
    )
    select s.id, jsonb_object_agg(f.key, f.value order by s.level, s.priority, lower(s.name) desc, s.root desc) as fields
    from source s, jsonb_each(s.fields) f group by s.id
  )`;
}
