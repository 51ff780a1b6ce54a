import type { Device, DeviceId, DeviceRow, OrgId } from '@muster/contracts';
import type { PolicyValues } from '@muster/contracts/policies';
import type { Settings, SignedStatement } from '@muster/contracts/wire';
import type { Field } from '@muster/query';
import type { Actor, Scope } from '../../platform/actor.ts';
import type { AuditPort } from '../../platform/bus/audit-port.ts';
import type { EventPort } from '../../platform/bus/event-port.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import type { AdmissionPort, DeviceLink, FactsPort, NodePort } from '../../platform/gateway/ports.ts';
import { createAdmission } from './admission/index.ts';
import { findRows } from './db/device-rows.ts';
import { findMatching } from './db/list-rows.ts';
import { type CommandTarget, takeCommandSequence } from './db/registry-rows.ts';
import { freshRow, type LatestNow } from './domain/fresh-row.ts';
import { createDeviceRoutes } from './http.ts';
import { createPresence, type PresenceService, type PresenceTimes } from './presence/index.ts';
import { createQueries, type OwnFields, type Queries } from './query/compile-query.ts';
import { DEVICE_FIELDS } from './query/fields.ts';
import { changeLifecycle } from './usecases/change-lifecycle.ts';
import { getDevice } from './usecases/get-device.ts';
import { linkDevice } from './usecases/link-device.ts';
import { type DevicePage, type ListInput, listDevices } from './usecases/list-devices.ts';
import { mustExist } from './usecases/must-exist.ts';
import {
  knowsKey,
  type RegisterInput,
  type Registration,
  registerDevice,
} from './usecases/register-device.ts';
import { storeFacts } from './usecases/store-facts.ts';
import { type DeviceSummary, summarise } from './usecases/summarise-devices.ts';

export {
  PRESENCE_TIMES,
  type PresenceChange,
  type PresenceService,
  type PresenceTimes,
} from './presence/index.ts';
export type { Queries as DeviceQueries } from './query/compile-query.ts';
export type { RegisterInput, Registration } from './usecases/register-device.ts';

export type DevicesDeps = {
  readonly database: Database;
  readonly events: EventPort;
  readonly audit: AuditPort;
  readonly clock: Clock;
  readonly node: NodePort;
  readonly installationId: string;
  /** Of this node's gateway; the same after a restart. */
  readonly gatewayId: string;
  readonly settings: (policy: PolicyValues | null) => Settings;
  readonly statements: () => readonly SignedStatement[];
  /** Values of this moment, shown instead of the last closed minute's. */
  readonly latestNow?: LatestNow;
  /** Fields that other modules contribute to the device query. */
  readonly fields?: readonly Field[];
  /** Fields that organisations define themselves. */
  readonly ownFields?: OwnFields;
  readonly presenceTimes?: PresenceTimes;
  readonly onError: (error: unknown, part: string) => void;
};

/** A device whose row changed, other than by presence or telemetry. */
export type DeviceChanged = { readonly deviceId: DeviceId; readonly orgId: OrgId };

/** The registry of devices and their presence. */
export interface Devices {
  readonly routes: ReturnType<typeof createDeviceRoutes>;
  readonly admission: Required<AdmissionPort>;
  readonly presence: PresenceService;
  readonly facts: FactsPort;
  readonly queries: Queries;
  /** Gives a machine its identity, in the caller's transaction. */
  register(tx: Tx, input: RegisterInput): Promise<Registration>;
  /** Whether the key is that of a device in use; its row stays locked until the transaction ends. */
  knowsKey(tx: Tx, orgId: OrgId, publicKey: Uint8Array): Promise<boolean>;
  /** Rows of those devices that are in scope, in no order. */
  rows(tx: Tx, scope: Scope, ids: readonly DeviceId[]): Promise<DeviceRow[]>;
  /**
   * Draws the next number in a device's sequence of commands, under its row lock until the transaction ends. Undefined
   * where the scope has no such device.
   */
  nextCommandSequence(tx: Tx, scope: Scope, deviceId: DeviceId): Promise<CommandTarget | undefined>;
  /** A page of the devices that match a query. */
  list(actor: Actor, input: ListInput): Promise<DevicePage>;
  /** Counts what matches a query, by presence, system and lifecycle. */
  summary(tx: Tx, scope: Scope, query: string): Promise<DeviceSummary & { readonly exact: true }>;
  /** Which of these devices match a query. */
  matching(tx: Tx, scope: Scope, query: string, ids: readonly DeviceId[]): Promise<DeviceId[]>;
  /** One device in full; throws not_found. */
  get(actor: Actor, deviceId: DeviceId): Promise<Device>;
  /** Throws not_found for a device that is not in the scope. */
  mustExist(tx: Tx, scope: Scope, deviceId: DeviceId): Promise<void>;
  /** A connection for somebody who reports for a device; throws not_found. */
  linkOf(actor: Actor, deviceId: DeviceId): Promise<DeviceLink>;
  /** Calls `listener` after facts, name, tags, site or lifecycle changed; returns how to stop that. */
  onChanged(listener: (device: DeviceChanged) => void): () => void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Wires the module. */
export function createDevices(deps: DevicesDeps): Devices {
  const queries = createQueries([...DEVICE_FIELDS, ...(deps.fields ?? [])], deps.ownFields);
  const listeners = new Set<(device: DeviceChanged) => void>();
  const onUpdated = ({ deviceId, orgId }: DeviceChanged) => {
    for (const listener of listeners) listener({ deviceId, orgId });
  };
  const presence = createPresence({
    ...deps,
    ...(deps.presenceTimes ? { times: deps.presenceTimes } : {}),
    onUninstalled: (link) => {
      const actor = { kind: 'device', deviceId: link.deviceId, scope: { orgIds: [link.orgId] } } as const;
      const input = { deviceId: link.deviceId, event: 'uninstall' } as const;
      changeLifecycle(lifecycle, actor, input).catch((error) => deps.onError(error, 'uninstall'));
    },
  });
  const cutOff = (deviceNo: number) => presence.cutOff(deviceNo);
  const lifecycle = { ...deps, cutOff, onUpdated };
  return {
    routes: createDeviceRoutes({ ...lifecycle, queries }),
    admission: createAdmission(deps),
    presence,
    queries,
    facts: { facts: (link, facts) => storeFacts({ ...deps, onUpdated }, link, facts) },
    register: (tx, input) => registerDevice(deps, tx, input),
    knowsKey,
    rows: async (tx, scope, ids) =>
      (await findRows(tx, scope, ids)).map((row) => freshRow(row, deps.latestNow)),
    list: (actor, input) => listDevices({ ...deps, queries }, actor, input),
    summary: async (tx, scope, query) => ({
      ...(await summarise(queries, tx, { scope, query })),
      exact: true,
    }),
    matching: (tx, scope, query, ids) =>
      findMatching(tx, scope, queries.within(scope.orgIds).compile(query).condition, ids),
    get: (actor, deviceId) => getDevice(deps, actor, deviceId),
    mustExist,
    linkOf: (actor, deviceId) => linkDevice(deps, actor, deviceId),
    nextCommandSequence: takeCommandSequence,
    onChanged: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: () => presence.start(),
    stop: () => presence.stop(),
  };
}
