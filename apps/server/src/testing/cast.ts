import {
  BUILT_IN_ROLES,
  type BuiltInRoleName,
  type DeviceId,
  type GroupId,
  type OrgId,
  type SessionId,
  type SiteId,
  type UserId,
} from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { createDatabase, type Database } from '../platform/db/index.ts';
import { newId } from '../platform/new-id.ts';
import { type RunningServer, runServer } from './running-server.ts';

/** An organisation with a site, as the stage for people. */
export type Tenant = { readonly orgId: OrgId; readonly siteId: SiteId; readonly name: string };
export type PlaceInput = { orgId?: OrgId | null; siteId?: SiteId; groupId?: GroupId };
export type Answer = { readonly status: number; readonly text: string; readonly body: never };

/** A whole server, people with grants, and things for them to reach for. */
export interface Cast {
  readonly running: RunningServer;
  readonly database: Database;
  aTenant(name: string): Promise<Tenant>;
  aSite(orgId: OrgId, name: string): Promise<SiteId>;
  aDevice(
    tenant: Tenant,
    part?: { siteId?: SiteId; lifecycle?: string; hostname?: string },
  ): Promise<DeviceId>;
  aPerson(name: string, role?: BuiltInRoleName, place?: PlaceInput): Promise<UserId>;
  grant(userId: UserId, role: BuiltInRoleName, place?: PlaceInput): Promise<void>;
  /** A session of that person, as signing in would begin one. */
  signIn(userId: UserId): Promise<string>;
  /** One request; without a token as nobody. */
  call(token: string | undefined, method: string, path: string, body?: unknown): Promise<Answer>;
  stop(): Promise<void>;
}

/** Password of everybody whom `aPerson` makes. */
export const CAST_PASSWORD = 'gravel tulip oxygen';

export async function aCast(): Promise<Cast> {
  const running = await runServer();
  const passwordHash = await Bun.password.hash(CAST_PASSWORD, {
    algorithm: 'argon2id',
    memoryCost: 8,
    timeCost: 1,
  });
  const database = createDatabase({ url: running.databaseUrl, onError: () => undefined });
  const run = (work: ReturnType<typeof sql>) => database.system('test', (tx) => tx.execute(work));
  const cast: Cast = {
    running,
    database,
    aTenant: async (name) => {
      const orgId = newId<OrgId>();
      await run(sql`insert into organisations (id, name) values (${orgId}, ${name})`);
      return { orgId, siteId: await cast.aSite(orgId, `${name} site`), name };
    },
    aSite: async (orgId, name) => {
      const id = newId<SiteId>();
      await run(sql`insert into sites (id, org_id, name) values (${id}, ${orgId}, ${name})`);
      return id;
    },
    aDevice: (tenant, part = {}) => insertDevice(database, tenant, part),
    aPerson: async (name, role, place) => {
      const id = newId<UserId>();
      await run(sql`insert into users (id, email, name, password_hash)
        values (${id}, ${`${name}.${id}@example.org`.toLowerCase().replaceAll(' ', '-')}, ${name}, ${passwordHash})`);
      if (role) await cast.grant(id, role, place);
      return id;
    },
    grant: async (userId, role, { orgId = null, siteId = undefined, groupId = undefined } = {}) => {
      await run(sql`insert into grants (id, user_id, role_id, org_id, site_id, group_id)
        values (${newId<string>()}, ${userId}, ${BUILT_IN_ROLES[role].id}, ${orgId}, ${siteId ?? null}, ${groupId ?? null})`);
    },
    signIn: async (userId) => {
      const token = `mst_${crypto.randomUUID()}`;
      const hash = new Bun.CryptoHasher('sha256').update(token).digest();
      await run(sql`insert into sessions (id, user_id, token_hash, address, user_agent, expires_at)
        values (${newId<SessionId>()}, ${userId}, ${Buffer.from(hash)}, '127.0.0.1', 'test', now() + interval '1 day')`);
      return token;
    },
    call: async (token, method, path, body) => {
      const answer = await fetch(`${running.url}/api/v1${path}`, {
        method,
        headers: {
          'if-match': '*',
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, text, body: (text === '' ? undefined : JSON.parse(text)) as never };
    },
    stop: async () => {
      await database.close();
      await running.stop();
    },
  };
  return cast;
}

async function insertDevice(
  database: Database,
  tenant: Tenant,
  part: { siteId?: SiteId; lifecycle?: string; hostname?: string },
): Promise<DeviceId> {
  const id = newId<DeviceId>();
  const { siteId = tenant.siteId, lifecycle = 'active', hostname = `${tenant.name} host` } = part;
  await database.system('test', async (tx) => {
    await tx.execute(sql`
      insert into devices (id, org_id, site_id, lifecycle, os, arch, hostname, hostname_folded, search_text)
      values (${id}, ${tenant.orgId}, ${siteId}, ${lifecycle}, 'linux', 'amd64', ${hostname}, ${hostname.toLowerCase()}, ${hostname.toLowerCase()})`);
    await tx.execute(
      sql`insert into device_facts (device_id, org_id, reported_at) values (${id}, ${tenant.orgId}, now())`,
    );
    await tx.execute(sql`insert into device_keys (device_id, org_id, public_key, token_hash, token_rotated_at)
      values (${id}, ${tenant.orgId}, ${Buffer.from(id)}, ${Buffer.alloc(32, 1)}, now())`);
  });
  return id;
}
