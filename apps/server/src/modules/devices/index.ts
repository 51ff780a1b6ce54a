import type { DeviceId, DeviceRow, OrgId } from '@muster/contracts';
import type { Settings, SignedStatement } from '@muster/contracts/wire';
import type { Scope } from '../../platform/actor.ts';
import type { EventPort } from '../../platform/bus/event-port.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import type { AdmissionPort, FactsPort, NodePort } from '../../platform/gateway/ports.ts';
import { createAdmission } from './admission/index.ts';
import { findRows } from './db/device-rows.ts';
import { type CommandTarget, takeCommandSequence } from './db/registry-rows.ts';
import { createPresence, type PresenceService, type PresenceTimes } from './presence/index.ts';
import { changeLifecycle } from './usecases/change-lifecycle.ts';
import { type RegisterInput, type Registration, registerDevice } from './usecases/register-device.ts';
import { storeFacts } from './usecases/store-facts.ts';

export type { PresenceLimits } from './domain/presence.ts';
export {
  PRESENCE_TIMES,
  type PresenceChange,
  type PresenceService,
  type PresenceTimes,
} from './presence/index.ts';
export type { RegisterInput, Registration } from './usecases/register-device.ts';

export type DevicesDeps = {
  readonly database: Database;
  readonly events: EventPort;
  readonly clock: Clock;
  readonly node: NodePort;
  readonly installationId: string;
  /** Of this node's gateway; the same after a restart. */
  readonly gatewayId: string;
  readonly settings: () => Settings;
  readonly statements: () => readonly SignedStatement[];
  readonly presenceTimes?: PresenceTimes;
  readonly onError: (error: unknown, part: string) => void;
};

/** A device whose row changed, other than by presence or telemetry. */
export type DeviceChanged = { readonly deviceId: DeviceId; readonly orgId: OrgId };

/** The registry of devices and their presence. */
export interface Devices {
  readonly admission: Required<AdmissionPort>;
  readonly presence: PresenceService;
  readonly facts: FactsPort;
  /** Gives a machine its identity, in the caller's transaction. */
  register(tx: Tx, input: RegisterInput): Promise<Registration>;
  /** Rows of those devices that are in scope, in no order. */
  rows(tx: Tx, scope: Scope, ids: readonly DeviceId[]): Promise<DeviceRow[]>;
  /**
   * Draws the next number in a device's sequence of commands, under its row lock until the transaction ends. Undefined
   * where the scope has no such device.
   */
  nextCommandSequence(tx: Tx, deviceId: DeviceId): Promise<CommandTarget | undefined>;
  /** Calls `listener` after facts, name, tags, site or lifecycle changed; returns how to stop that. */
  onChanged(listener: (device: DeviceChanged) => void): () => void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Wires the module. */
export function createDevices(deps: DevicesDeps): Devices {
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
    admission: createAdmission(deps),
    presence,
    facts: { facts: (link, facts) => storeFacts({ ...deps, onUpdated }, link, facts) },
    register: (tx, input) => registerDevice(deps.events, tx, input),
    rows: findRows,
    nextCommandSequence: takeCommandSequence,
    onChanged: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: () => presence.start(),
    stop: () => presence.stop(),
  };
}
