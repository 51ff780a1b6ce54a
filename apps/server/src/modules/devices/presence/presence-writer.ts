import type { DeviceId, OrgId, Presence, PresenceReason } from '@muster/contracts';
import type { EventPort, NewEvent } from '../../../platform/bus/event-port.ts';
import type { Database } from '../../../platform/db/index.ts';
import { presenceOf } from '../domain/presence.ts';
import type { HeldDevice } from './held-device.ts';
import { type PresenceWrite, type PresenceWritten, writePresence } from './presence-rows.ts';

/** A change that is committed. Instants are wall-clock milliseconds. */
export type PresenceChange = {
  readonly deviceId: DeviceId;
  readonly deviceNo: number;
  readonly orgId: OrgId;
  readonly presence: Presence;
  readonly reason: PresenceReason;
  readonly sinceMs: number;
  readonly seenMs: number;
};

export type WriterOptions = {
  readonly database: Database;
  readonly events: EventPort;
  readonly gatewayId: string;
  readonly onWritten: (changes: readonly PresenceChange[]) => void;
  /** Nobody here holds this device any more: another gateway has a newer connection, or it is offline and stored. */
  readonly onLetGo: (device: HeldDevice) => void;
};

const BATCH = 2_000;

type Batch = { readonly device: HeldDevice; readonly write: PresenceWrite }[];

/**
 * The one writer of device_presence. A device that changes several times before its turn is written once, as it is
 * then; the event says what changed against the row.
 */
export class PresenceWriter {
  readonly #options: WriterOptions;
  readonly #stale = new Set<HeldDevice>();
  #running: Promise<void> | undefined;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  /** Marks a device whose row is behind. */
  add(device: HeldDevice): void {
    this.#stale.add(device);
  }

  /** Resolves when everything marked is committed; rejects, keeping the marks, when the database does not take it. */
  flush(): Promise<void> {
    this.#running ??= this.#writeAll().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #writeAll(): Promise<void> {
    while (this.#stale.size > 0) {
      const batch = this.#take();
      try {
        await this.#write(batch);
      } catch (error) {
        for (const { device } of batch) this.#stale.add(device);
        throw error;
      }
    }
  }

  #take(): Batch {
    const batch: Batch = [];
    for (const device of this.#stale) {
      if (batch.length === BATCH) break;
      this.#stale.delete(device);
      // A device that was never in contact has no row.
      if (device.state !== 'unknown') batch.push({ device, write: toWrite(device) });
    }
    return batch;
  }

  async #write(batch: Batch): Promise<void> {
    const { database, events, gatewayId } = this.#options;
    const withSocket = batch.filter(({ device }) => device.socketEpoch === device.epoch);
    const without = batch.filter(({ device }) => device.socketEpoch !== device.epoch);
    const writes = (part: Batch) => part.map(({ write }) => write);
    const written = await database.system('presence', async (tx) => {
      const held = withSocket.length > 0 ? await writePresence(tx, gatewayId, true, writes(withSocket)) : [];
      const rest = without.length > 0 ? await writePresence(tx, gatewayId, false, writes(without)) : [];
      const rows = new Map([...held, ...rest].map((row) => [row.deviceNo, row]));
      const announced = batch.flatMap(({ write }) => announce(write, rows.get(write.deviceNo)));
      if (announced.length > 0) await events.appendMany(tx, announced);
      return rows;
    });
    events.committed();
    this.#settle(batch, written);
  }

  #settle(batch: Batch, written: ReadonlyMap<number, PresenceWritten>): void {
    const changes: PresenceChange[] = [];
    for (const { device, write } of batch) {
      const row = written.get(write.deviceNo);
      if (!row) {
        if (device.epoch === write.epoch) this.#options.onLetGo(device);
        continue;
      }
      device.storedSeenMs = write.seenMs;
      changes.push({ ...write, deviceId: row.deviceId, orgId: row.orgId });
      const isDone = device.state === 'offline' && device.socketEpoch === 0n && !this.#stale.has(device);
      if (isDone) this.#options.onLetGo(device);
    }
    if (changes.length > 0) this.#options.onWritten(changes);
  }
}

function toWrite(device: HeldDevice): PresenceWrite {
  return {
    deviceNo: device.deviceNo,
    presence: presenceOf(device.state),
    reason: device.reason,
    sinceMs: device.sinceMs,
    seenMs: device.seenMs,
    epoch: device.epoch,
    beaconIntervalMs: device.beaconIntervalMs,
  };
}

const EVENT_OF = {
  online: 'device.online',
  unresponsive: 'device.unresponsive',
  offline: 'device.offline',
} as const;

function announce(write: PresenceWrite, row: PresenceWritten | undefined): NewEvent[] {
  if (!row || write.presence === 'unknown' || row.before === write.presence) return [];
  return [
    {
      type: EVENT_OF[write.presence],
      orgId: row.orgId,
      subjectId: row.deviceId,
      payload: { hostname: row.hostname, reason: write.reason, at: new Date(write.sinceMs).toISOString() },
    },
  ];
}
