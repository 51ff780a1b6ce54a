import type { DeviceId, UserId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { newId } from '../../../platform/new-id.ts';
import type { Cast, Tenant } from '../../../testing/cast.ts';
import { until } from '../../../testing/ledger-fixture.ts';

/** A request that would succeed for whoever may make it: what the path and body of an endpoint take. */
export type SampleRequest = {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: unknown;
};

export type Maker = (stage: {
  readonly cast: Cast;
  /** Whose things the request reaches for. */
  readonly tenant: Tenant;
  /** Who makes it, or would own what it reaches for. */
  readonly userId: UserId;
}) => Promise<SampleRequest>;

export const everything = async (): Promise<SampleRequest> => ({});
export const aDevice =
  (lifecycle: string, body?: unknown): Maker =>
  async ({ cast, tenant }) => ({ params: { deviceId: await cast.aDevice(tenant, { lifecycle }) }, body });
export const aGroup: Maker = async ({ cast, tenant }) => {
  const id = newId<string>();
  await cast.database.system('test', (tx) =>
    tx.execute(
      sql`insert into groups (id, org_id, name) values (${id}, ${tenant.orgId}, ${`${tenant.name} group ${id}`})`,
    ),
  );
  return { params: { groupId: id } };
};
export const aField: Maker = async ({ cast, tenant: { orgId } }) => {
  const body = { orgId, key: `k${newId<string>().slice(-12)}`, title: 'Owner', kind: 'text' };
  const made = await cast.call(cast.running.token, 'POST', '/fields', body);
  return { params: { fieldId: (made.body as { id: string }).id } };
};
/** A private one of the person, where they may have one. */
export const aView: Maker = async ({ cast, userId }) => {
  const body = { name: newId<string>(), query: 'os = linux' };
  const made = await cast.call(await cast.signIn(userId), 'POST', '/views', body);
  return { params: { viewId: (made.body as { id?: string }).id ?? newId<string>() } };
};
export const aGroupWith =
  (body: (deviceId: DeviceId) => unknown): Maker =>
  async (stage) => ({ ...(await aGroup(stage)), body: body(await stage.cast.aDevice(stage.tenant)) });
export const aColleague: Maker = async ({ cast, tenant }) => ({
  params: { userId: await cast.aPerson(`${tenant.name} viewer`, 'viewer', { orgId: tenant.orgId }) },
});
export const aRole: Maker = async ({ cast }) => {
  const id = newId<string>();
  await cast.database.system('test', (tx) =>
    tx.execute(sql`insert into roles (id, name) values (${id}, ${`role ${id}`})`),
  );
  return { params: { roleId: id } };
};
/** On a port where nothing listens. */
export const AN_ISSUER = { kind: 'oidc', issuer: 'http://127.0.0.1:9', clientId: 'muster' };
export const aProvider: Maker = async ({ cast }) => {
  const id = newId<string>();
  await cast.database.system('test', (tx) =>
    tx.execute(sql`insert into sign_in_providers (id, kind, name, enabled, settings)
      values (${id}, 'oidc', ${id}, false, ${JSON.stringify(AN_ISSUER)}::jsonb)`),
  );
  return { params: { providerId: id } };
};
export const aCommand: Maker = async ({ cast, tenant }) => {
  const deviceId = await cast.aDevice(tenant);
  const made = await cast.call(cast.running.token, 'POST', `/devices/${deviceId}/commands/process.list`, {
    payload: {},
  });
  return { params: { commandId: (made.body as { id: string }).id } };
};

/** A row of the organisation's log under a checkpoint, which takes a moment. */
export const anAuditRow =
  (at: 'index' | 'size'): Maker =>
  async ({ cast, tenant: { orgId, siteId } }) => {
    const proof = () => cast.call(cast.running.token, 'GET', `/audit/${orgId}/inclusion/1`);
    if ((await proof()).status !== 200) {
      for (let made = 0; made < 2; made++) {
        await cast.call(cast.running.token, 'POST', '/enrolment-tokens', { siteId });
      }
      await until(async () => (await proof()).status === 200);
    }
    return { params: { log: orgId, [at]: '1' } };
  };

export const aPush = async (deviceId: DeviceId, name: string) => {
  const fields = { ecosystem: 'deb', name, version: '1.2', arch: 'amd64' };
  const item = {
    kind: 'package',
    key: 'nginx',
    fields: { ...fields, publisher: null, installedAt: null, sizeBytes: 1 },
  };
  return {
    deviceId,
    categories: [{ category: 'software', collectedAt: new Date().toISOString(), items: [item] }],
  };
};

/** A title that a device of the tenant has, and no other device. */
export async function aTitle({ cast, tenant }: Parameters<Maker>[0]): Promise<string> {
  const name = `title ${newId<string>()}`;
  const push = await aPush(await cast.aDevice(tenant), name);
  await cast.call(cast.running.token, 'POST', '/inventory', push);
  const { rows } = await cast.database.installation((tx) =>
    tx.execute<{ id: number }>(sql`select id from muster.title_list where name = ${name}`),
  );
  return String(rows[0]?.id);
}

/** A request of whoever asks, or of a colleague, to end a process on a device of the tenant. */
export const anApproval =
  (whose: 'own' | 'of a colleague'): Maker =>
  async ({ cast, tenant, userId }) => {
    const id = newId<string>();
    const deviceId = await cast.aDevice(tenant);
    const by =
      whose === 'own'
        ? userId
        : await cast.aPerson(`${tenant.name} colleague`, 'operator', { orgId: tenant.orgId });
    await cast.database.system('test', (tx) =>
      tx.execute(sql`
        insert into approvals (id, state, requested_by, permission, endpoint, method, path, input, request_hash, device_ids,
          expires_at)
        values (${id}, 'pending', ${by}, 'processes:kill', 'commands.run.process.kill', 'POST', '/x', '{}',
          ${Buffer.from(new Bun.CryptoHasher('sha256').update(id).digest())}, array[${deviceId}::uuid],
          now() + interval '1 day')`),
    );
    return { params: { approvalId: id } };
  };

/** A passkey whose key opens nothing: enough to be renamed and removed. */
export async function aPasskey(cast: Cast, userId: UserId): Promise<string> {
  const id = newId<string>();
  await cast.database.system('test', (tx) =>
    tx.execute(sql`insert into passkeys (id, user_id, name, credential_id, public_key, counter, synced)
      values (${id}, ${userId}, 'key', ${Buffer.from(id)}, ${Buffer.from('key')}, 0, false)`),
  );
  return id;
}

export async function aSession(cast: Cast, userId: UserId): Promise<string> {
  await cast.signIn(userId);
  const { rows } = await cast.database.system('test', (tx) =>
    tx.execute<{ id: string }>(
      sql`select id from sessions where user_id = ${userId} order by id desc limit 1`,
    ),
  );
  return rows[0]?.id ?? '';
}

export async function aUserCode({ cast }: Parameters<Maker>[0]): Promise<string> {
  await cast.database.system('test', (tx) => tx.execute(sql`delete from device_logins`));
  const begun = await cast.call(undefined, 'POST', '/auth/device', { client: 'test' });
  return (begun.body as { userCode: string }).userCode;
}
