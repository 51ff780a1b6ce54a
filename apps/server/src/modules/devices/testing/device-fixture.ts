import { create } from '@bufbuild/protobuf';
import type {
  DeviceId,
  EnrolmentTokenId,
  EventType,
  OrgId,
  SessionId,
  SiteId,
  UserId,
} from '@muster/contracts';
import {
  type Facts,
  FactsSchema,
  type HelloBody,
  HelloBodySchema,
  PROTOCOL,
  type Rejected,
  SettingsSchema,
} from '@muster/contracts/wire';
import { sql } from 'drizzle-orm';
import type { Actor } from '../../../platform/actor.ts';
import { type FakeClock, fakeClock } from '../../../platform/clock/testing/fake-clock.ts';
import type { Database } from '../../../platform/db/index.ts';
import { type TestDatabase, testDatabase } from '../../../platform/db/testing.ts';
import type { Admission, DeviceLink, NodePort } from '../../../platform/gateway/ports.ts';
import { newId } from '../../../platform/new-id.ts';
import { anAudit } from '../../../testing/audit-fixture.ts';
import { createEvents } from '../../events/index.ts';
import {
  createDevices,
  type Devices,
  type PresenceTimes,
  type RegisterInput,
  type Registration,
} from '../index.ts';
import { createQueries, type Queries } from '../query/compile-query.ts';
import { DEVICE_FIELDS } from '../query/fields.ts';
import type { LifecycleDeps } from '../usecases/change-lifecycle.ts';

const INSTALLATION = 'installation-under-test';

/** An organisation with two sites and somebody who may do everything in it. */
export type Tenant = {
  readonly orgId: OrgId;
  readonly siteId: SiteId;
  readonly otherSiteId: SiteId;
  readonly person: Actor & { kind: 'person' };
};

/** Real modules on a real database; the gateway's half is played by the test. */
export type Fixture = {
  readonly test: TestDatabase;
  readonly clock: FakeClock;
  readonly devices: Devices;
  /** What use cases of the module take. */
  readonly useCases: LifecycleDeps & { readonly queries: Queries };
  readonly errors: unknown[];
  /** What was cut, in order. */
  readonly cuts: { readonly deviceId: string; readonly rejected: Rejected }[];
  aTenant(name?: string): Promise<Tenant>;
  aDevice(tenant: Tenant, part?: DevicePart): Promise<Registration>;
  /** Says hello with the device's own key and token; `part` bends the hello. */
  hello(device: Registration, part?: Partial<HelloBody>): Promise<Admission>;
  /** Says hello and expects to be let in. */
  connect(device: Registration, part?: Partial<HelloBody>): Promise<DeviceLink>;
  /** Events of a device so far, oldest first. */
  eventsOf(
    device: Pick<Registration, 'deviceId'>,
  ): Promise<{ type: EventType; payload: Record<string, unknown> }[]>;
  /** Another server on the same database. */
  anotherServer(gatewayId: string, times?: PresenceTimes): Devices;
  close(): Promise<void>;
};

export type DevicePart = {
  readonly facts?: Partial<Facts>;
  readonly tags?: Record<string, string>;
  readonly needsApproval?: boolean;
  readonly publicKey?: Uint8Array;
  readonly agentVersion?: string;
};

export async function aFixture(times?: PresenceTimes): Promise<Fixture> {
  const test = await testDatabase();
  const clock = fakeClock(Date.now());
  const errors: unknown[] = [];
  const cuts: Fixture['cuts'] = [];
  const { database } = test;
  const onError = (error: unknown) => void errors.push(error);
  const anotherServer: Fixture['anotherServer'] = (gatewayId, presenceTimes = times) =>
    createDevices({
      database,
      audit: anAudit(database),
      clock,
      gatewayId,
      onError,
      events: createEvents({ database, onError, now: () => new Date(clock.now()) }),
      node: recordingNode(cuts),
      installationId: INSTALLATION,
      settings: () => create(SettingsSchema, { checkInIntervalS: 60, beaconIntervalS: 60 }),
      statements: () => [],
      ...(presenceTimes ? { presenceTimes } : {}),
    });
  const devices = anotherServer('gateway-1');
  const hello: Fixture['hello'] = async (device, part = {}) => {
    const identity = await devices.admission.findIdentity(device.deviceId);
    if (!identity) throw new Error('no such identity');
    return devices.admission.admit(identity, aHello(device, part), 'socket', '192.0.2.1');
  };
  return {
    test,
    clock,
    devices,
    errors,
    cuts,
    useCases: {
      database,
      queries: createQueries(DEVICE_FIELDS),
      audit: anAudit(database),
      events: createEvents({ database, onError }),
      node: recordingNode(cuts),
      cutOff: (deviceNo) => devices.presence.cutOff(deviceNo),
      onUpdated: () => undefined,
    },
    anotherServer,
    hello,
    aTenant: (name = 'Org') => makeTenant(test, name),
    aDevice: (tenant, part = {}) =>
      database.system('test', (tx) => devices.register(tx, anEnrolment(tenant, part))),
    connect: async (device, part = {}) => {
      const admission = await hello(device, part);
      if (!admission.admitted) throw new Error(`rejected: ${admission.rejected.code}`);
      return admission.link;
    },
    eventsOf: ({ deviceId }) => readEvents(database, deviceId),
    close: async () => {
      await devices.stop();
      await test.drop();
    },
  };
}

function anEnrolment(tenant: Tenant, part: DevicePart): RegisterInput {
  return {
    by: 'token',
    tokenId: newId<EnrolmentTokenId>(),
    orgId: tenant.orgId,
    siteId: tenant.siteId,
    tags: part.tags ?? {},
    needsApproval: part.needsApproval ?? false,
    publicKey: part.publicKey ?? crypto.getRandomValues(new Uint8Array(91)),
    agentVersion: part.agentVersion ?? '1.0.0',
    facts: someFacts(part.facts),
  };
}

function readEvents(database: Database, deviceId: DeviceId): ReturnType<Fixture['eventsOf']> {
  return database.system('test', async (tx) => {
    const { rows } = await tx.execute<{ type: EventType; payload: Record<string, unknown> }>(
      sql`select type, payload from event_outbox where subject_id = ${deviceId} order by id`,
    );
    return rows;
  });
}

export function someFacts(part: Partial<Facts> = {}): Facts {
  return create(FactsSchema, {
    hostname: 'db-03',
    os: 'linux',
    osName: 'Debian GNU/Linux 12 (bookworm)',
    osVersion: '12.9',
    arch: 'amd64',
    serialNumber: 'SN-1',
    bootedAtMs: 1_760_000_000_000n,
    interfaces: [{ name: 'eth0', mac: '02:00:00:00:00:01', addresses: ['10.0.0.5/24', 'fe80::1/64'] }],
    ...part,
  } as Parameters<typeof create<typeof FactsSchema>>[1]);
}

export function aHello(device: Registration, part: Partial<HelloBody> = {}): HelloBody {
  return create(HelloBodySchema, {
    deviceId: device.deviceId,
    protocol: PROTOCOL,
    agentVersion: '1.0.0',
    bootId: 'boot-1',
    deviceToken: device.token,
    policy: 'control',
    installationId: INSTALLATION,
    ...part,
  } as Parameters<typeof create<typeof HelloBodySchema>>[1]);
}

function recordingNode(cuts: Fixture['cuts']): NodePort {
  return {
    send: () => false,
    cut: (deviceId, rejected) => void cuts.push({ deviceId, rejected }),
    isConnected: () => false,
    connectedCount: () => 0,
  };
}

async function makeTenant({ database }: TestDatabase, name: string): Promise<Tenant> {
  const [orgId, siteId, otherSiteId] = [newId<OrgId>(), newId<SiteId>(), newId<SiteId>()];
  const scope = { orgIds: [orgId] };
  await database.transaction(scope, async (tx) => {
    await tx.execute(sql`insert into organisations (id, name) values (${orgId}, ${`${name} ${orgId}`})`);
    await tx.execute(sql`
      insert into sites (id, org_id, name) values (${siteId}, ${orgId}, 'Main'), (${otherSiteId}, ${orgId}, 'Branch')`);
  });
  const person = {
    kind: 'person',
    userId: newId<UserId>(),
    sessionId: newId<SessionId>(),
    name: 'Ada',
    address: '192.0.2.9',
    permissions: new Set(['devices:read', 'devices:manage', 'devices:approve', 'devices:check-in'] as const),
    scope,
  } as const;
  return { orgId, siteId, otherSiteId, person };
}
