import type { DeviceId, Lifecycle, OrgId, PresenceReason } from '@muster/contracts';
import type {
  CheckIn,
  CheckInReply,
  CommandDelivery,
  CommandUpdate,
  Facts,
  HelloBody,
  Instances,
  InventoryReply,
  InventoryUpdate,
  Rejected,
  Sample,
  ServerFrame,
  Settings,
  SignedStatement,
} from '@muster/contracts/wire';

/** A device as the gateway knows it once it has proven itself. `epoch` rises with each connection of the device. */
export type DeviceLink = {
  readonly deviceId: DeviceId;
  readonly deviceNo: number;
  readonly orgId: OrgId;
  readonly lifecycle: Lifecycle;
  readonly connectionEpoch: bigint;
  /** What its policy says of contact, as the device was told when it was let in; the defaults where it is missing. */
  readonly rhythm?: DeviceRhythm;
  /** Names the key that this connection was proven with: only as long as it is the device's may another replace it. */
  readonly keyFingerprint?: string;
};

/** Durations in milliseconds. */
export type DeviceRhythm = {
  /** How long it may be silent before it is offline; undefined where no policy says. */
  readonly offlineLimitMs: number | undefined;
  readonly beaconIntervalMs: number;
};

/** What the registry says of a device that wants to prove itself. */
export type DeviceIdentity = {
  readonly deviceId: DeviceId;
  readonly deviceNo: number;
  readonly orgId: OrgId;
  readonly lifecycle: Lifecycle;
  /** DER SubjectPublicKeyInfo, P-256. */
  readonly publicKey: Uint8Array;
  /** The key that it replaced, if it ever did. It proves nothing any more but that the machine had this identity once. */
  readonly previousPublicKey?: Uint8Array;
};

export type Admission =
  | {
      readonly admitted: true;
      readonly link: DeviceLink;
      readonly newToken: string;
      /** When the token in use is due for its next rotation (EN-3); without it the gateway asks each hour. */
      readonly rotateTokenAt?: Date;
      readonly settings: Settings;
      readonly keys: readonly SignedStatement[];
      readonly wantFacts: boolean;
    }
  | { readonly admitted: false; readonly rejected: Rejected };

/** Registry side: modules/devices and modules/enrolment. */
export interface AdmissionPort {
  /** One indexed read; undefined for a device that does not exist. */
  findIdentity(deviceId: string): Promise<DeviceIdentity | undefined>;
  /** After the signature held: lifecycle, clone check, token, protocol. Called for sockets and for beacons. */
  admit(
    identity: DeviceIdentity,
    hello: HelloBody,
    via: 'socket' | 'beacon',
    address: string,
  ): Promise<Admission>;
  /** For a socket that stays open over the 24 hours (EN-3): a new token when one is due, else ''. */
  rotateToken?(link: DeviceLink): Promise<string>;
  /**
   * The proven device has shown that it holds a new key; from the next hello on only that one counts. Answers with the
   * connection as it is from then on; undefined when the key that it was proven with is not the device's any more.
   */
  rotateKey?(link: DeviceLink, publicKey: Uint8Array): Promise<DeviceLink | undefined>;
}

/** Presence's only inputs; modules/devices/presence is the one writer of presence. All calls are synchronous hints. */
export interface PresencePort {
  opened(link: DeviceLink): void;
  /** `silentMs`: how long nothing at all had come over the socket, pongs included; 0 where the close itself was contact. */
  closed(link: DeviceLink, reason: PresenceReason, silentMs?: number): void;
  /** Telemetry arrived (a sample or a check-in on the socket). */
  telemetry(link: DeviceLink): void;
  beacon(link: DeviceLink, intervalMs: number): void;
  goodbye(link: DeviceLink, reason: PresenceReason): void;
  /** A goodbye for good (reason `uninstall`): the device is offline and its lifecycle ends. */
  uninstalled(link: DeviceLink): void;
}

/** modules/telemetry. */
export interface TelemetryPort {
  /** Resolves after commit (minutes of many devices share a transaction). */
  checkIn(link: DeviceLink, checkIn: CheckIn): Promise<CheckInReply>;
  sample(link: DeviceLink, sample: Sample): void;
  instances(link: DeviceLink, instances: Instances): void;
}

/** modules/commands. */
export interface CommandPort {
  /** A device became reachable by socket: hand over what waits (sends frames through the NodePort). */
  reachable(link: DeviceLink): void;
  /** Resolves after commit; the gateway then sends the acknowledgement. Progress resolves at once. */
  update(link: DeviceLink, update: CommandUpdate): Promise<void>;
  /** Commands for a beacon's reply, at most `limit`; and ids whose cancel is wanted. */
  forBeacon(link: DeviceLink, limit: number): Promise<{ deliveries: CommandDelivery[]; cancels: string[] }>;
}

/** modules/devices: facts of the machine; compared, stored when changed. */
export interface FactsPort {
  facts(link: DeviceLink, facts: Facts): Promise<void>;
}

/** modules/inventory. Resolves after commit. */
export interface InventoryPort {
  update(link: DeviceLink, update: InventoryUpdate): Promise<InventoryReply>;
}

/** Everything the gateway needs from the modules; filled in main.ts. */
export type GatewayPorts = {
  readonly admission: AdmissionPort;
  readonly presence: PresencePort;
  readonly telemetry: TelemetryPort;
  readonly commands: CommandPort;
  readonly facts: FactsPort;
  readonly inventory: InventoryPort;
};

/**
 * The node-to-node port: how api and modules reach a device's socket wherever it is. Hints only; what must arrive is a
 * row first. `send` is false when no socket is known here.
 */
export interface NodePort {
  send(deviceId: DeviceId, frame: ServerFrame): boolean;
  /** Cuts the device's socket at once after telling it why. */
  cut(deviceId: DeviceId, rejected: Rejected, reason: PresenceReason): void;
  isConnected(deviceId: DeviceId): boolean;
  connectedCount(): number;
}
