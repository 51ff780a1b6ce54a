import { create } from '@bufbuild/protobuf';
import type { DeviceId, LiveSample } from '@muster/contracts';
import {
  type CheckIn,
  type CheckInReply,
  CheckInReplySchema,
  type Instances,
  MAX_MINUTES_PER_CHECK_IN,
  type Sample,
} from '@muster/contracts/wire';
import type { SQL } from 'bun';
import type { DeviceLink, TelemetryPort } from '../../../platform/gateway/ports.ts';
import { storableText } from '../../../platform/storable-text.ts';
import { writeInstanceNames } from '../db/write-instances.ts';
import { type HotStore, toLiveSample } from '../domain/hot-store.ts';
import { readingsFrom } from '../domain/minute.ts';
import type { InstanceName } from '../domain/series.ts';
import { isAcceptable } from '../domain/tiers.ts';
import type { MinuteQueue } from './minute-queue.ts';

/** A live sample older or newer than this is not now; it is left out of the ring (milliseconds). */
const SAMPLE_WINDOW_MS = 300_000;
const MAX_NAMES = 512;
const MAX_TEXT = 200;

type Deps = {
  readonly sql: SQL;
  readonly queue: MinuteQueue;
  readonly hot: HotStore;
  readonly now: () => number;
  readonly isWatched: (deviceId: DeviceId) => boolean;
  readonly onSample: (deviceId: DeviceId, sample: LiveSample) => void;
  readonly onError: (error: unknown, what: string) => void;
};

/** What the gateway calls when a device reports. */
export function createReceiver(deps: Deps): TelemetryPort {
  return {
    checkIn: (link, checkIn) => receiveCheckIn(deps, link, checkIn),
    sample: (link, sample) => receiveSample(deps, link, sample),
    instances: (link, instances) => receiveInstances(deps, link, instances),
  };
}

/** Stores the acceptable minutes and acknowledges after commit; refused ones are named so that the agent lets them go. */
async function receiveCheckIn(deps: Deps, link: DeviceLink, checkIn: CheckIn): Promise<CheckInReply> {
  const now = deps.now();
  if (checkIn.health) deps.hot.setHealth(link.deviceId, checkIn.health, now);
  const minutes = checkIn.minutes.slice(0, MAX_MINUTES_PER_CHECK_IN);
  const accepted =
    link.lifecycle === 'active' ? minutes.filter((minute) => isAcceptable(minute.minute, now)) : [];
  await deps.queue.add(
    accepted.map((minute) => ({
      deviceId: link.deviceId,
      deviceNo: link.deviceNo,
      minute: minute.minute,
      readings: readingsFrom(minute),
    })),
  );
  const stored = new Set(accepted);
  return create(CheckInReplySchema, {
    id: checkIn.id,
    serverTimeMs: BigInt(Math.round(deps.now())),
    acknowledgedMinutes: accepted.map((minute) => minute.minute),
    refusedMinutes: minutes.filter((minute) => !stored.has(minute)).map((minute) => minute.minute),
  });
}

function receiveSample(deps: Deps, link: DeviceLink, sample: Sample): void {
  const now = deps.now();
  const at = Number(sample.atMs);
  if (link.lifecycle !== 'active' || Math.abs(at - now) > SAMPLE_WINDOW_MS) return;
  const readings = readingsFrom(sample);
  deps.hot.push(link.deviceId, at, readings, now);
  if (deps.isWatched(link.deviceId))
    deps.onSample(link.deviceId, toLiveSample(at, readings, deps.hot.names(link.deviceId)));
}

function receiveInstances(deps: Deps, link: DeviceLink, message: Instances): void {
  if (link.lifecycle !== 'active') return;
  const clip = (text: string) => storableText(text, MAX_TEXT);
  const names = new Map<number, InstanceName>();
  for (const { instance, kind, name, detail } of message.instances.slice(0, MAX_NAMES)) {
    if (instance < 1 || instance > 65_535) continue;
    names.set(instance, { kind: clip(kind), name: clip(name), detail: clip(detail) });
  }
  deps.hot.setNames(link.deviceId, names, deps.now());
  writeInstanceNames(deps.sql, link.deviceNo, names).catch((error: unknown) =>
    deps.onError(error, 'instance names'),
  );
}
