import { type NewMapping, type Provider, type ProviderId, ProviderSettings } from '@muster/contracts';
import { type SQL, sql } from 'drizzle-orm';
import type { Tx } from '../../../../platform/db/index.ts';

/** A provider as it is stored; of its secret there is an id. */
export type ProviderRow = {
  readonly id: ProviderId;
  readonly name: string;
  readonly enabled: boolean;
  readonly settings: ProviderSettings;
  readonly secretId: string | null;
  readonly version: number;
  readonly createdAt: string;
  readonly people: number;
  readonly mappings: Provider['mappings'];
};

/** Living providers, in the order in which they were added. */
export function listProviders(tx: Tx): Promise<ProviderRow[]> {
  return read(tx, sql`true`);
}

/** One living provider. */
export async function findProvider(tx: Tx, id: ProviderId): Promise<ProviderRow | undefined> {
  return (await read(tx, sql`p.id = ${id}::uuid`))[0];
}

/** The same, kept from changing until the transaction ends. */
export async function lockProvider(tx: Tx, id: ProviderId): Promise<ProviderRow | undefined> {
  await tx.execute(sql`select from sign_in_providers where id = ${id}::uuid for update`);
  return findProvider(tx, id);
}

/** Providers of a kind that people can sign in by. */
export function listEnabled(tx: Tx, kind: 'oidc' | 'ldap'): Promise<ProviderRow[]> {
  return read(tx, sql`p.enabled and p.kind = ${kind}`);
}

/** What the sign-in page shows. */
export async function listNames(tx: Tx): Promise<Pick<Provider, 'id' | 'kind' | 'name'>[]> {
  const { rows } = await tx.execute<Pick<Provider, 'id' | 'kind' | 'name'>>(sql`
    select id, kind, name from sign_in_providers where deleted_at is null and enabled order by lower(name)`);
  return rows;
}

/** Whether another living provider has the name. */
export async function isTakenName(tx: Tx, name: string, except: ProviderId | null): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    select from sign_in_providers where lower(name) = lower(${name}) and deleted_at is null
      and id is distinct from ${except}::uuid`);
  return Boolean(rowCount);
}

/** What is written of a provider. */
export type ProviderChange = Pick<ProviderRow, 'id' | 'name' | 'enabled' | 'settings' | 'secretId'>;

/** Adds a provider. */
export async function insertProvider(tx: Tx, provider: ProviderChange): Promise<void> {
  const { id, name, enabled, settings, secretId } = provider;
  await tx.execute(sql`
    insert into sign_in_providers (id, kind, name, enabled, settings, secret_id)
    values (${id}, ${settings.kind}, ${name}, ${enabled}, ${JSON.stringify(settings)}::jsonb, ${secretId})`);
}

/** Stores a provider; the version rises. */
export async function writeProvider(tx: Tx, provider: ProviderChange): Promise<void> {
  const { id, name, enabled, settings, secretId } = provider;
  await tx.execute(sql`
    update sign_in_providers set name = ${name}, enabled = ${enabled}, settings = ${JSON.stringify(settings)}::jsonb,
      secret_id = ${secretId}, version = version + 1 where id = ${id}::uuid`);
}

/** Removes a provider; who came by it is remembered. */
export async function removeProviderRow(tx: Tx, id: ProviderId): Promise<void> {
  await tx.execute(sql`delete from provider_mappings where provider_id = ${id}::uuid`);
  await tx.execute(
    sql`update sign_in_providers set deleted_at = now(), enabled = false, secret_id = null where id = ${id}::uuid`,
  );
}

/** Makes these what a provider's groups give. */
export async function writeMappings(tx: Tx, id: ProviderId, mappings: readonly NewMapping[]): Promise<void> {
  await tx.execute(sql`delete from provider_mappings where provider_id = ${id}::uuid`);
  for (const { group, roleId, orgId, siteId, groupId } of mappings) {
    await tx.execute(sql`
      insert into provider_mappings (provider_id, group_name, role_id, org_id, site_id, group_id)
      values (${id}, ${group}, ${roleId}, ${orgId}, ${siteId}, ${groupId}) on conflict do nothing`);
  }
}

async function read(tx: Tx, which: SQL): Promise<ProviderRow[]> {
  const { rows } = await tx.execute<Omit<ProviderRow, 'settings'> & { settings: unknown }>(sql`
    select p.id, p.name, p.enabled, p.settings, p.secret_id as "secretId", p.version,
      to_char(p.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt",
      (select count(*)::int from provider_identities i join users u on u.id = i.user_id
        where i.provider_id = p.id and u.deleted_at is null) as people,
      coalesce((select json_agg(json_build_object('group', m.group_name, 'roleId', m.role_id, 'roleName', r.name,
          'orgId', m.org_id, 'siteId', m.site_id, 'groupId', m.group_id, 'placeName', coalesce(s.name, g.name, o.name))
          order by m.group_name, r.name, m.org_id)
        from provider_mappings m join roles r on r.id = m.role_id and r.deleted_at is null
          left join organisations o on o.id = m.org_id left join sites s on s.id = m.site_id left join groups g on g.id = m.group_id
        where m.provider_id = p.id and o.deleted_at is null and s.deleted_at is null and g.deleted_at is null), '[]') as mappings
    from sign_in_providers p where p.deleted_at is null and ${which} order by p.id`);
  return rows.map((row) => ({ ...row, settings: ProviderSettings.parse(row.settings) }));
}
