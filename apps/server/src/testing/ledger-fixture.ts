import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, fromBinary } from '@bufbuild/protobuf';
import type { DeviceId, Lifecycle, OrgId, Permission, SessionId, SiteId, UserId } from '@muster/contracts';
import { PERMISSIONS } from '@muster/contracts';
import {
  type CommandBody,
  CommandBodySchema,
  type CommandEnvelope,
  CommandEnvelopeSchema,
  type CommandState,
  type CommandUpdate,
  CommandUpdateSchema,
  type ServerFrame,
  SettingsSchema,
} from '@muster/contracts/wire';
import { sql } from 'drizzle-orm';
import { type Commands, createCommands } from '../modules/commands/index.ts';
import { createDevices, type Devices } from '../modules/devices/index.ts';
import { createEvents, type Events } from '../modules/events/index.ts';
import type { Actor } from '../platform/actor.ts';
import { systemClock } from '../platform/clock/index.ts';
import { openTrust, type Trust } from '../platform/crypto/index.ts';
import { createMemoryTrustStore } from '../platform/crypto/testing/memory-trust-store.ts';
import { type TestDatabase, testDatabase } from '../platform/db/testing.ts';
import type { DeviceLink, NodePort } from '../platform/gateway/ports.ts';
import { createLog } from '../platform/log/index.ts';
import { newId } from '../platform/new-id.ts';
import { createSettings } from '../platform/settings/index.ts';
import { anAudit } from './audit-fixture.ts';

export type Person = Extract<Actor, { kind: 'person' }>;

/** Sockets without a network: what was sent to a device that is connected here. */
export interface TestNode extends NodePort {
  connect(deviceId: DeviceId): void;
  disconnect(deviceId: DeviceId): void;
  /** Frames that a device got since the last look. */
  take(deviceId: DeviceId): ServerFrame[];
  /** Called with each frame as it is sent. */
  onFrame: ((deviceId: DeviceId, frame: ServerFrame) => void) | undefined;
}

/** A ledger with everything real around it but the sockets. */
export type LedgerFixture = {
  readonly db: TestDatabase;
  readonly events: Events;
  readonly commands: Commands;
  readonly devices: Devices;
  readonly node: TestNode;
  readonly trust: Trust;
  readonly orgId: OrgId;
  readonly siteId: SiteId;
  readonly errors: string[];
  close(): Promise<void>;
};

export async function ledgerFixture(): Promise<LedgerFixture> {
  const db = await testDatabase();
  const errors: string[] = [];
  const onError = (error: unknown, part: string) => errors.push(`${part}: ${error}`);
  const events = createEvents({ database: db.database, onError });
  const node = createTestNode();
  const dataDir = await mkdtemp(join(tmpdir(), 'muster-ledger-'));
  const trust = await openTrust({ store: createMemoryTrustStore(), dataDir, now: () => new Date() });
  const shared = {
    database: db.database,
    audit: anAudit(db.database),
    events,
    installationId: trust.installationId,
    clock: systemClock,
    onError,
  };
  const devices = createDevices({
    ...shared,
    node,
    gatewayId: 'here',
    settings: () => create(SettingsSchema),
    statements: () => trust.keys,
  });
  const retentionDays = () => createSettings(db.database).value('commands.retentionDays');
  const commands = createCommands({
    ...shared,
    targets: devices,
    nodes: node,
    signer: trust.signer,
    log: createLog('silent'),
    retentionDays,
  });
  events.start();
  await devices.start();
  commands.start();
  const { orgId, siteId } = await anOrganisation(db);
  return {
    ...{ db, events, commands, devices, node, trust, orgId, siteId, errors },
    close: async () => {
      await commands.stop();
      await devices.stop();
      await events.stop();
      await db.drop();
    },
  };
}

export async function anOrganisation(db: TestDatabase): Promise<{ orgId: OrgId; siteId: SiteId }> {
  const orgId = newId<OrgId>();
  const siteId = newId<SiteId>();
  await db.database.system('test', async (tx) => {
    await tx.execute(sql`insert into organisations (id, name) values (${orgId}, ${orgId})`);
    await tx.execute(sql`insert into sites (id, org_id, name) values (${siteId}, ${orgId}, 'here')`);
  });
  return { orgId, siteId };
}

/** An administrator of the organisation, or of others; with all permissions, or those given. */
export function aPerson(orgId: OrgId, permissions?: readonly Permission[]): Person {
  return {
    kind: 'person',
    userId: newId<UserId>(),
    sessionId: newId<SessionId>(),
    name: 'Ada',
    address: '127.0.0.1',
    permissions: new Set(permissions ?? (Object.keys(PERMISSIONS) as Permission[])),
    scope: { orgIds: [orgId] },
  };
}

type DeviceOptions = { lifecycle?: Lifecycle; orgId?: OrgId; siteId?: SiteId; count?: number };

/** Devices as enrolment would leave them. */
export async function someDevices(
  fixture: LedgerFixture,
  options: DeviceOptions = {},
): Promise<DeviceLink[]> {
  const { lifecycle = 'active', orgId = fixture.orgId, siteId = fixture.siteId, count = 1 } = options;
  const ids = Array.from({ length: count }, () => newId<DeviceId>());
  return await fixture.db.database.system('test', async (tx) => {
    const list = JSON.stringify(ids);
    const { rows } = await tx.execute<{ id: DeviceId; device_no: number }>(sql`
      insert into devices (id, org_id, site_id, lifecycle, os, arch, hostname, hostname_folded, search_text)
      select id::uuid, ${orgId}, ${siteId}, ${lifecycle}, 'linux', 'amd64', 'db-' || id, 'db-' || id, ''
      from jsonb_array_elements_text(${list}::jsonb) as id returning id, device_no`);
    await tx.execute(sql`
      insert into device_keys (device_id, org_id, public_key, token_hash, token_rotated_at)
      select id::uuid, ${orgId}, ''::bytea, sha256('token'::bytea), now()
      from jsonb_array_elements_text(${list}::jsonb) as id`);
    await tx.execute(sql`
      insert into device_facts (device_id, org_id, reported_at)
      select id::uuid, ${orgId}, now() from jsonb_array_elements_text(${list}::jsonb) as id`);
    return rows.map((row) => ({
      deviceId: row.id,
      deviceNo: row.device_no,
      orgId,
      lifecycle,
      connectionEpoch: 1n,
    }));
  });
}

export async function aDevice(fixture: LedgerFixture, options: DeviceOptions = {}): Promise<DeviceLink> {
  const [link] = await someDevices(fixture, options);
  if (!link) throw new Error('no device was made');
  return link;
}

function createTestNode(): TestNode {
  const inboxes = new Map<string, ServerFrame[]>();
  const node: TestNode = {
    onFrame: undefined,
    connect: (deviceId) => void inboxes.set(deviceId, []),
    disconnect: (deviceId) => void inboxes.delete(deviceId),
    take: (deviceId) => inboxes.get(deviceId)?.splice(0) ?? [],
    isConnected: (deviceId) => inboxes.has(deviceId),
    connectedCount: () => inboxes.size,
    cut: (deviceId) => void inboxes.delete(deviceId),
    send: (deviceId, frame) => {
      const inbox = inboxes.get(deviceId);
      inbox?.push(frame);
      if (inbox) node.onFrame?.(deviceId, frame);
      return inbox !== undefined;
    },
  };
  return node;
}

/** What a delivered envelope holds. */
export function openEnvelope(bytes: Uint8Array): { envelope: CommandEnvelope; body: CommandBody } {
  const envelope = fromBinary(CommandEnvelopeSchema, bytes);
  return { envelope, body: fromBinary(CommandBodySchema, envelope.body) };
}

/** The bodies of the commands among frames. */
export function commandsAmong(frames: readonly ServerFrame[]): CommandBody[] {
  return frames.flatMap(({ body }) =>
    body.case === 'command' ? [openEnvelope(body.value.envelope).body] : [],
  );
}

/** The ids whose cancel is asked for among frames. */
export function cancelsAmong(frames: readonly ServerFrame[]): string[] {
  return frames.flatMap(({ body }) => (body.case === 'commandCancel' ? [body.value.commandId] : []));
}

/** What an endpoint says of a command. */
export function anUpdate(
  commandId: string,
  state: CommandState,
  more: { payload?: unknown; errorCode?: string; errorMessage?: string; number?: number } = {},
): CommandUpdate {
  const { payload, number = 0, ...error } = more;
  return create(CommandUpdateSchema, {
    commandId,
    state,
    payload: payload === undefined ? new Uint8Array() : new TextEncoder().encode(JSON.stringify(payload)),
    atMs: BigInt(Date.now()),
    progressNumber: number,
    ...error,
  });
}

export async function until(holds: () => boolean | Promise<boolean>, limitMs = 60_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('waited too long');
    await Bun.sleep(5);
  }
}
