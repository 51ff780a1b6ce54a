import type pg from 'pg';

/**
 * The four roles that nobody logs in as. The login of the connection switches to one of them at connect:
 * muster_owner owns the tables and runs migrations, muster_app serves people under row-level security,
 * muster_system sees every organisation, muster_ingest writes bulk tables.
 */
const ROLES = {
  muster_owner: 'nologin',
  muster_app: 'nologin',
  muster_system: 'nologin bypassrls',
  muster_ingest: 'nologin',
} as const;

/** Creates the roles that are missing and lets the login switch to them. Roles belong to the whole cluster. */
export async function ensureRoles(client: pg.Client): Promise<void> {
  for (const [role, attributes] of Object.entries(ROLES)) {
    await client.query(`
      do $$ begin
        if not exists (select from pg_roles where rolname = '${role}') then create role ${role} ${attributes}; end if;
      exception when duplicate_object or unique_violation then null;
      end $$`);
    const member = await client.query<{ ok: boolean }>(`select pg_has_role('${role}', 'set') as ok`);
    if (!member.rows[0]?.ok) await client.query(`grant ${role} to current_user`);
  }
  await client.query('grant usage on schema public to muster_app, muster_system, muster_ingest');
  await client.query('grant usage, create on schema public to muster_owner');
  await client.query(
    "do $$ begin execute format('grant create on database %I to muster_owner', current_database()); end $$",
  );
}
