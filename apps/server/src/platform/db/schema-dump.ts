import pg from 'pg';

/**
 * The schema as text, from the catalogues: what the migrations add up to. Ordered and free of anything that differs
 * between two databases of the same migrations, so that it can be committed and compared.
 */
export async function dumpSchema(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    // What is qualified depends on the path, and the path on the name of the login.
    await client.query('set search_path = public');
    const sections: string[] = [];
    for (const [title, query] of Object.entries(SECTIONS)) {
      const { rows } = await client.query<{ line: string }>(query);
      sections.push([`-- ${title}`, ...rows.map((row) => row.line)].join('\n'));
    }
    return `${sections.join('\n\n')}\n`;
  } finally {
    await client.end();
  }
}

/** Ours are the schemas that no extension and no PostgreSQL brought; partitions follow their parents. */
const OURS = `n.nspname in ('public', 'muster') and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')`;
const NO_PARTITION = 'not c.relispartition';

const SECTIONS: Readonly<Record<string, string>> = {
  tables: `
    select format(E'create table %I.%I (\\n%s\\n)%s;', n.nspname, c.relname,
      (select string_agg(format('  %I %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
          case when a.attnotnull then ' not null' else '' end,
          case when a.attidentity <> '' then ' generated as identity'
               when a.attgenerated <> '' then ' generated as ' || pg_get_expr(d.adbin, d.adrelid)
               when d.oid is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end),
          E',\\n' order by a.attnum)
        from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
      coalesce(' partition by ' || pg_get_partkeydef(c.oid), '')) as line
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and ${NO_PARTITION} and ${OURS} order by n.nspname, c.relname`,
  views: `
    select format(E'create view %I.%I as\\n%s', n.nspname, c.relname, pg_get_viewdef(c.oid, true)) as line
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('v', 'm') and ${OURS} order by n.nspname, c.relname`,
  constraints: `
    select format('alter table %I.%I add constraint %I %s;', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid)) as line
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    where k.contype <> 'n' and ${NO_PARTITION} and ${OURS} order by n.nspname, c.relname, k.conname`,
  indexes: `
    select pg_get_indexdef(i.indexrelid) || ';' as line
    from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
    join pg_class x on x.oid = i.indexrelid
    where ${NO_PARTITION} and ${OURS} and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
    order by n.nspname, c.relname, x.relname`,
  'row-level security': `
    select format('alter table %I.%I enable row level security%s;', n.nspname, c.relname,
      case when c.relforcerowsecurity then ', force row level security' else '' end) as line
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relrowsecurity and ${NO_PARTITION} and ${OURS} order by n.nspname, c.relname`,
  policies: `
    select format('create policy %I on %I.%I for %s using (%s)%s;', p.polname, n.nspname, c.relname,
      case p.polcmd when '*' then 'all' when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' else 'delete' end,
      pg_get_expr(p.polqual, p.polrelid),
      coalesce(' with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')) as line
    from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
    where ${NO_PARTITION} and ${OURS} order by n.nspname, c.relname, p.polname`,
  functions: `
    select pg_get_functiondef(c.oid) || ';' as line
    from pg_proc c join pg_namespace n on n.oid = c.pronamespace
    where c.prokind in ('f', 'p') and ${OURS} order by n.nspname, c.proname, pg_get_function_identity_arguments(c.oid)`,
  triggers: `
    select pg_get_triggerdef(t.oid, true) || ';' as line
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
    where not t.tgisinternal and ${NO_PARTITION} and ${OURS} order by n.nspname, c.relname, t.tgname`,
  grants: `
    select format('grant %s on %s %I.%I to %s;',
      string_agg(lower(g.privilege_type), ', ' order by g.privilege_type),
      case c.relkind when 'S' then 'sequence' else 'table' end, n.nspname, c.relname, g.grantee::regrole) as line
    from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) g
    where c.relkind in ('r', 'p', 'v', 'm', 'S') and ${NO_PARTITION} and g.grantee <> 0 and g.grantee <> c.relowner and ${OURS}
    group by c.relkind, n.nspname, c.relname, g.grantee order by n.nspname, c.relname, g.grantee::regrole::text`,
  'function grants': `
    select format('grant execute on function %I.%I(%s) to %s;', n.nspname, c.proname,
      pg_get_function_identity_arguments(c.oid),
      case g.grantee when 0 then 'public' else g.grantee::regrole::text end) as line
    from pg_proc c join pg_namespace n on n.oid = c.pronamespace, aclexplode(c.proacl) g
    where g.grantee <> c.proowner and ${OURS} order by n.nspname, c.proname, 1`,
  comments: `
    select format('comment on table %I.%I is %L;', n.nspname, c.relname, obj_description(c.oid, 'pg_class')) as line
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and ${NO_PARTITION} and ${OURS} and obj_description(c.oid, 'pg_class') is not null
    order by n.nspname, c.relname`,
};
