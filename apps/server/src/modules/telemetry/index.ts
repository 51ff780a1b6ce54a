import type { DeviceId, DeviceRow, LiveSample } from '@muster/contracts';
import type { AgentHealth } from '@muster/contracts/wire';
import type { Actor, Scope } from '../../platform/actor.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import type { NodePort, TelemetryPort } from '../../platform/gateway/ports.ts';
import type { Logger } from '../../platform/log/index.ts';
import { Partitions } from './db/partitions.ts';
import { HotStore } from './domain/hot-store.ts';
import { createTelemetryRoutes } from './http.ts';
import { LatestFollower } from './ingest/latest-follower.ts';
import { MinuteQueue } from './ingest/minute-queue.ts';
import { createReceiver } from './ingest/receive.ts';
import { createHousekeeping } from './retention.ts';
import { getSeries, type SeriesAnswer, type SeriesQuery } from './usecases/get-series.ts';
import { LiveMode } from './usecases/live-mode.ts';

export type { SeriesAnswer, SeriesQuery } from './usecases/get-series.ts';

/** Numbers about devices: taken in, rolled up, kept as long as declared, and read back as charts. */
export interface Telemetry {
  readonly port: TelemetryPort;
  readonly routes: ReturnType<typeof createTelemetryRoutes>;
  /** One-second samples of a device for as long as the returned function has not been called. */
  watch(deviceId: DeviceId): () => void;
  /** A device's socket opened: watched devices are told again. */
  reconnected(deviceId: DeviceId): void;
  /** Samples of watched devices, as they arrive. Returns what ends the listening. */
  onSample(listener: (deviceId: DeviceId, sample: LiveSample) => void): () => void;
  /** The newest sample of a device heard within five minutes. */
  latest(deviceId: DeviceId): LiveSample | undefined;
  /** Samples newer than `afterMs`, as far back as memory goes: five minutes. */
  since(deviceId: DeviceId, afterMs: number): LiveSample[];
  /** The newest one as a row of the devices list shows it. */
  rowValues(deviceId: DeviceId): NonNullable<DeviceRow['latest']> | undefined;
  /** What the agent last said of itself, when heard within five minutes. */
  health(deviceId: DeviceId): AgentHealth | undefined;
  getSeries(actor: Actor, query: SeriesQuery): Promise<SeriesAnswer>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export type TelemetryDeps = {
  readonly database: Database;
  readonly node: NodePort;
  readonly log: Logger;
  /** Server time in milliseconds since the epoch. */
  readonly now: () => number;
  /** Throws not_found for a device outside the scope. */
  readonly mustExist: (tx: Tx, scope: Scope, deviceId: DeviceId) => Promise<void>;
};

export function createTelemetry(deps: TelemetryDeps): Telemetry {
  const { database, log, now } = deps;
  const hot = new HotStore();
  const latest = new LatestFollower(database.ingest, hot, log);
  const live = new LiveMode(deps.node, hot);
  const partitions = new Partitions(database.ingest);
  const queue = new MinuteQueue({
    sql: database.ingest,
    partitions,
    log,
    onStored: (rows) => latest.follow(rows),
  });
  const housekeeping = createHousekeeping({ partitions, hot, log, now });
  const listeners = new Set<(deviceId: DeviceId, sample: LiveSample) => void>();
  const read = (actor: Actor, query: SeriesQuery) =>
    getSeries({ database, hot, now, mustExist: deps.mustExist }, actor, query);
  return {
    port: createReceiver({
      sql: database.ingest,
      queue,
      hot,
      now,
      isWatched: (deviceId) => live.isWatched(deviceId),
      onSample: (deviceId, sample) => {
        for (const listener of listeners) listener(deviceId, sample);
      },
      onError: (error, what) => log.warn({ err: error }, `telemetry: ${what} were not stored`),
    }),
    routes: createTelemetryRoutes(read),
    watch: (deviceId) => live.watch(deviceId),
    reconnected: (deviceId) => live.reconnected(deviceId),
    onSample: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    latest: (deviceId) => hot.latest(deviceId),
    since: (deviceId, afterMs) => hot.samplesAfter(deviceId, afterMs),
    rowValues: (deviceId) => hot.rowValues(deviceId),
    health: (deviceId) => hot.health(deviceId),
    getSeries: read,
    start: () => housekeeping.start(),
    stop: async () => {
      housekeeping.stop();
      live.stop();
      await queue.idle();
      await latest.idle();
    },
  };
}
