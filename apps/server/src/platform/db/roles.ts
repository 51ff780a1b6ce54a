import type pg from 'pg';
import { OperatorError } from '../process/operator-error.ts';

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

/** SQLSTATE insufficient_privilege. */
const NOT_ALLOWED = '42501';

/**
 * Creates the roles that are missing, lets the login switch to them, and lets them into this database. What is there
 * already needs no right: a login that may do nothing but switch to the four roles is enough for a prepared database.
 * Roles belong to the whole cluster.
 */
export async function ensureRoles(client: pg.Client): Promise<void> {
  try {
    for (const role of Object.keys(ROLES)) await ensureRole(client, role as keyof typeof ROLES);
    for (const role of ['muster_app', 'muster_system', 'muster_ingest']) {
      await ensureGrant(
        client,
        `has_schema_privilege('${role}', 'public', 'usage')`,
        `usage on schema public to ${role}`,
      );
    }
    const mayCreate = "has_schema_privilege('muster_owner', 'public', 'create')";
    await ensureGrant(client, mayCreate, 'usage, create on schema public to muster_owner');
    const { rows } = await client.query<{ name: string }>('select quote_ident(current_database()) as name');
    await ensureGrant(
      client,
      "has_database_privilege('muster_owner', current_database(), 'create')",
      `create on database ${rows[0]?.name} to muster_owner`,
    );
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === NOT_ALLOWED)
      throw await unprepared(client, error);
    throw error;
  }
}

async function ensureRole(client: pg.Client, role: keyof typeof ROLES): Promise<void> {
  await client.query(`
    do $$ begin
      if not exists (select from pg_roles where rolname = '${role}') then create role ${role} ${ROLES[role]}; end if;
    exception when duplicate_object or unique_violation then null;
    end $$`);
  await ensureGrant(client, `pg_has_role('${role}', 'set')`, `${role} to current_user`);
}

async function ensureGrant(client: pg.Client, isThere: string, grant: string): Promise<void> {
  const { rows } = await client.query<{ ok: boolean }>(`select ${isThere} as ok`);
  if (rows[0]?.ok) return;
  await client.query(`grant ${grant}`);
  // PostgreSQL warns, and grants nothing, where the login holds no right that it could pass on.
  const after = await client.query<{ ok: boolean }>(`select ${isThere} as ok`);
  if (!after.rows[0]?.ok)
    throw Object.assign(new Error(`grant ${grant} changed nothing`), { code: NOT_ALLOWED });
}

/** What an administrator of PostgreSQL runs once for a login that may not prepare the database by itself. */
async function unprepared(client: pg.Client, cause: Error): Promise<OperatorError> {
  const { rows } = await client.query<{ login: string; name: string }>(
    'select quote_ident(session_user) as login, quote_ident(current_database()) as name',
  );
  const { login, name } = rows[0] ?? { login: 'LOGIN', name: 'DATABASE' };
  return new OperatorError(
    [
      `The login ${login} may not prepare the database ${name} (${cause.message}). Let an administrator of PostgreSQL run this in it once:`,
      prepareStatements(login, name),
    ].join('\n'),
  );
}

/** SQL that makes a database fit for a login without rights of its own; repeatable but for roles that exist. */
export function prepareStatements(login: string, database: string): string {
  return [
    ...Object.entries(ROLES).map(([role, attributes]) => `create role ${role} ${attributes};`),
    `grant ${Object.keys(ROLES).join(', ')} to ${login} with inherit false, set true;`,
    'grant usage, create on schema public to muster_owner;',
    'grant usage on schema public to muster_app, muster_system, muster_ingest;',
    `grant create on database ${database} to muster_owner;`,
  ].join('\n');
}
