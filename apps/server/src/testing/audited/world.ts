import { expect } from 'bun:test';
import { type AuditRow, BUILT_IN_ROLES } from '@muster/contracts';
import pg from 'pg';
import { newId } from '../../platform/new-id.ts';
import { ADAS_PASSWORD, type RunningServer, runServer } from '../running-server.ts';

/* A running server with one administrator, Ada, and what requests are made of that leave rows in the audit log. */

export let running: RunningServer;
export let client: pg.Client;
export let home: { orgId: string; siteId: string };

/** Starts the server that everything here speaks to. */
export async function startWorld(): Promise<void> {
  running = await runServer();
  client = new pg.Client({ connectionString: running.databaseUrl });
  await client.connect();
  home = (await client.query('select id as "siteId", org_id as "orgId" from sites')).rows[0];
}

export async function stopWorld(): Promise<void> {
  await client.end();
  await running.stop();
}

export type Call = { method: string; path: string; body?: unknown; token?: string };

export async function call({ method, path, body, token = running.token }: Call): Promise<Response> {
  const headers: Record<string, string> = { authorization: `Bearer ${token}`, 'if-match': '*' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  return fetch(`${running.url}/api/v1${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

export async function rows(query: string): Promise<AuditRow[]> {
  const answer = await call({ method: 'GET', path: `/audit?limit=500&${query}` });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { items: AuditRow[] }).items;
}

export async function aDevice(lifecycle: string): Promise<string> {
  const id = newId<string>();
  await client.query(
    `insert into devices (id, org_id, site_id, lifecycle, os, arch, hostname, hostname_folded, search_text)
     values ($1, $3, $4, $2, 'linux', 'amd64', 'db-03', 'db-03', '')`,
    [id, lifecycle, home.orgId, home.siteId],
  );
  await client.query(
    `insert into device_keys (device_id, org_id, public_key, token_hash, token_rotated_at)
     values ($1, $2, '', sha256('token'::bytea), now())`,
    [id, home.orgId],
  );
  await client.query('insert into device_facts (device_id, org_id, reported_at) values ($1, $2, now())', [
    id,
    home.orgId,
  ]);
  return id;
}

export async function made<T>(request: Call): Promise<T> {
  const answer = await call(request);
  expect(answer.status).toBeLessThan(300);
  return (await answer.json()) as T;
}

export const signIn = () =>
  made<{ token: string }>({
    method: 'POST',
    path: '/auth/login',
    body: { email: 'ada@example.org', password: ADAS_PASSWORD },
  });
export const onDevice = async (verb: string, lifecycle: string) => ({
  path: `/devices/${await aDevice(lifecycle)}/${verb}`,
});
export const onActive = async (name: string, payload: unknown) => ({
  path: `/devices/${await aDevice('active')}/commands/${name}`,
  body: { payload },
});

export type Named = { id: string };
export type Invited = { user: Named & { email: string; grants: Named[] }; link: { token: string } };
export const post = <T>(path: string, body: unknown) => made<T>({ method: 'POST', path, body });
export const aName = () => `for a test ${newId<string>()}`;
export const invite = (grants: unknown[] = []) =>
  post<Invited>('/users', { email: `${newId<string>()}@example.org`, name: 'Grace', grants });
export const onPerson = async (rest: string) => ({ path: `/users/${(await invite()).user.id}${rest}` });
export const aRole = async () =>
  (await post<Named>('/roles', { name: aName(), permissions: ['devices:read'] })).id;
export const aGroup = async () => (await post<Named>('/groups', { name: aName(), orgId: home.orgId })).id;
export const aField = () =>
  post<Named>('/fields', {
    orgId: home.orgId,
    key: `k${newId<string>().slice(-12)}`,
    title: 'Owner',
    kind: 'text',
  });
/** A field, and a value for it. */
export const aValue = async () => {
  const { key } = (await aField()) as Named & { key: string };
  return { values: { [key]: 'Kim' } };
};
export const aView = async () =>
  `/views/${(await post<Named>('/views', { name: aName(), query: '', orgId: home.orgId })).id}`;
export const anOrganisation = async () => (await post<Named>('/organisations', { name: aName() })).id;
export const aSite = async () => (await post<Named>('/sites', { name: aName(), orgId: home.orgId })).id;
export const viewerAtHome = () => ({ roleId: BUILT_IN_ROLES.viewer.id, orgId: home.orgId });
export const onGroup = async (rest: string) => ({
  path: `/groups/${await aGroup()}${rest}`,
  body: { deviceIds: [await aDevice('active')] },
});

export const anIssuer = () => ({
  name: aName(),
  settings: { kind: 'oidc', issuer: 'http://127.0.0.1:9', clientId: 'muster' },
});
export const aProvider = async () => `/providers/${(await post<Named>('/providers', anIssuer())).id}`;
