import { create } from '@bufbuild/protobuf';
import {
  type DeviceId,
  type Lifecycle,
  MusterError,
  type OrgId,
  type PresenceReason,
} from '@muster/contracts';
import {
  type CheckIn,
  CheckInReplySchema,
  type CommandUpdate,
  type Facts,
  type HelloBody,
  InventoryReplySchema,
  type Sample,
  SettingsSchema,
  type SignedStatement,
} from '@muster/contracts/wire';
import type { Admission, AdmissionPort, DeviceIdentity, DeviceLink, GatewayPorts } from '../ports.ts';
import { rejection } from '../socket/rejections.ts';

type Entry = { identity: DeviceIdentity; epoch: bigint; nextToken: string };

/** What arrived behind the gateway, in order. */
export type Seen = {
  hellos: { deviceId: string; via: string; hello: HelloBody; address: string }[];
  presence: { deviceId: DeviceId; what: string; reason: PresenceReason | undefined; silentMs: number }[];
  checkIns: { deviceId: DeviceId; checkIn: CheckIn }[];
  samples: { deviceId: DeviceId; sample: Sample }[];
  facts: { deviceId: DeviceId; facts: Facts }[];
  updates: { deviceId: DeviceId; update: CommandUpdate }[];
};

const SETTINGS = { checkInIntervalS: 60, sampleIntervalMs: 10_000, beaconIntervalS: 60, pingIntervalS: 15 };

/**
 * Everything behind the gateway, in memory: for tests of the gateway alone, and for benchmarks that measure sockets
 * without a database.
 */
export function createMemoryRegistry(keys: readonly SignedStatement[] = []) {
  const devices = new Map<string, Entry>();
  const seen: Seen = { hellos: [], presence: [], checkIns: [], samples: [], facts: [], updates: [] };
  /** A test may hold admissions back, to act while one is under way. */
  const gate = { held: undefined as Promise<void> | undefined, waiting: 0 };
  const change = (deviceId: string, part: Partial<DeviceIdentity>) => {
    const entry = devices.get(deviceId);
    if (entry !== undefined) entry.identity = { ...entry.identity, ...part };
  };
  const admission: AdmissionPort = {
    findIdentity: async (deviceId) => devices.get(deviceId)?.identity,
    async admit(identity, hello, via, address) {
      const entry = devices.get(identity.deviceId);
      gate.waiting += 1;
      await gate.held;
      gate.waiting -= 1;
      seen.hellos.push({ deviceId: identity.deviceId, via, hello, address });
      return entry === undefined || identity.lifecycle === 'revoked'
        ? { admitted: false, rejected: rejection('revoked', 'this device is revoked') }
        : admitted(entry, via, keys);
    },
    async rotateToken(link) {
      const entry = devices.get(link.deviceId);
      const token = entry?.nextToken ?? '';
      if (entry !== undefined) entry.nextToken = '';
      return token;
    },
    rotateKey: async (link, publicKey) => {
      const previousPublicKey = devices.get(link.deviceId)?.identity.publicKey ?? publicKey;
      change(link.deviceId, { publicKey: new Uint8Array(publicKey), previousPublicKey });
      return link;
    },
  };
  return {
    ports: { admission, ...createPorts(seen) } satisfies GatewayPorts,
    seen,
    gate,
    /** Registers a device by its public key. */
    add(deviceId: string, publicKey: Uint8Array, lifecycle: Lifecycle = 'active'): void {
      const orgId = '00000000-0000-7000-8000-000000000000' as OrgId;
      const deviceNo = devices.size + 1;
      const identity = { deviceId: deviceId as DeviceId, deviceNo, orgId, lifecycle, publicKey };
      devices.set(deviceId, { identity, epoch: 0n, nextToken: '' });
    },
    setLifecycle: (deviceId: string, lifecycle: Lifecycle) => change(deviceId, { lifecycle }),
    /** The next check-in of the device is answered with this token. */
    rotateNext(deviceId: string, token: string): void {
      const entry = devices.get(deviceId);
      if (entry !== undefined) entry.nextToken = token;
    },
  };
}

function admitted(entry: Entry, via: 'socket' | 'beacon', keys: readonly SignedStatement[]): Admission {
  entry.epoch += via === 'socket' ? 1n : 0n;
  const link = { ...entry.identity, connectionEpoch: entry.epoch };
  const settings = create(SettingsSchema, SETTINGS);
  return { admitted: true, link, newToken: '', settings, keys, wantFacts: true, rotateTokenAt: new Date(0) };
}

function createPorts(seen: Seen): Omit<GatewayPorts, 'admission'> {
  const note =
    (what: string) =>
    (link: DeviceLink, reason?: PresenceReason | number, silentMs = 0) => {
      const named = typeof reason === 'string' ? reason : undefined;
      seen.presence.push({ deviceId: link.deviceId, what, reason: named, silentMs });
    };
  return {
    presence: {
      opened: note('opened'),
      closed: note('closed'),
      telemetry: note('telemetry'),
      beacon: note('beacon'),
      goodbye: note('goodbye'),
      uninstalled: note('uninstalled'),
    },
    telemetry: {
      async checkIn({ deviceId }, checkIn) {
        seen.checkIns.push({ deviceId, checkIn });
        const acknowledgedMinutes = checkIn.minutes.map((minute) => minute.minute);
        return create(CheckInReplySchema, { id: checkIn.id, acknowledgedMinutes });
      },
      sample: ({ deviceId }, sample) => void seen.samples.push({ deviceId, sample }),
      instances: () => undefined,
    },
    commands: {
      reachable: () => undefined,
      update: async ({ deviceId }, update) => {
        if (update.commandId.startsWith('foreign-'))
          throw new MusterError('forbidden', 'The command belongs to another device.');
        seen.updates.push({ deviceId, update });
      },
      forBeacon: async () => ({ deliveries: [], cancels: [] }),
    },
    inventory: {
      update: async (_link, { category, state }) => create(InventoryReplySchema, { category, state }),
    },
    facts: { facts: async ({ deviceId }, facts) => void seen.facts.push({ deviceId, facts }) },
  };
}
