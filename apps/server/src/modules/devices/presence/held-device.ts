import type { DeviceId, OrgId, PresenceReason } from '@muster/contracts';
import type { PresenceState } from '../domain/presence.ts';

/** What this gateway remembers of a device that it hears of; about 200 bytes each. */
export type HeldDevice = {
  readonly deviceNo: number;
  readonly deviceId: DeviceId;
  readonly orgId: OrgId;
  state: PresenceState;
  reason: PresenceReason;
  /** Wall clock, when the state began. */
  sinceMs: number;
  /** Wall clock, last contact; 0 before there was any. */
  seenMs: number;
  /** `seenMs` as the row has it. */
  storedSeenMs: number;
  /** Wheel clock: where limits are counted from. Last contact, or later where the server itself was away. */
  limitFromMs: number;
  beaconIntervalMs: number;
  /** How long it may be silent; undefined for the default. */
  offlineLimitMs: number | undefined;
  /** Newest connection, socket or beacon. */
  epoch: bigint;
  /** The open socket's connection; 0n without one. */
  socketEpoch: bigint;
};

/** A row of device_presence that was found at start or adopted. */
export type StoredPresence = {
  readonly deviceNo: number;
  readonly deviceId: DeviceId;
  readonly orgId: OrgId;
  readonly presence: 'online' | 'unresponsive';
  readonly reason: PresenceReason;
  readonly sinceMs: number;
  readonly seenMs: number;
  readonly beaconIntervalMs: number;
  readonly offlineLimitMs: number | undefined;
  readonly epoch: bigint;
};
