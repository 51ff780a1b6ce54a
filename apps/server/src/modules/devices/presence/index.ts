import type { EventPort } from '../../../platform/bus/event-port.ts';
import { type Repeating, startRepeating } from '../../../platform/bus/repeating.ts';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Database } from '../../../platform/db/index.ts';
import type { DeviceLink, DeviceRhythm, PresencePort } from '../../../platform/gateway/ports.ts';
import { PRESENCE_LIMITS, type PresenceLimits } from '../domain/presence.ts';
import { renewGatewayLease, takeLapsedGateways } from './gateway-lease.ts';
import { PresenceKeeper } from './presence-keeper.ts';
import { findHeldBy, takeOver } from './presence-rows.ts';
import { type PresenceChange, PresenceWriter } from './presence-writer.ts';

export type { PresenceChange } from './presence-writer.ts';

/** How fast presence works; all in milliseconds. */
export type PresenceTimes = {
  readonly limits: PresenceLimits;
  readonly tickMs: number;
  readonly coalesceMs: number;
  readonly storeSeenMs: number;
  readonly leaseMs: number;
};

export const PRESENCE_TIMES: PresenceTimes = Object.freeze({
  limits: PRESENCE_LIMITS,
  tickMs: 100,
  coalesceMs: 20,
  storeSeenMs: 300_000,
  leaseMs: 15_000,
});

export type PresenceDeps = {
  readonly database: Database;
  readonly events: EventPort;
  readonly clock: Clock;
  /** Of this gateway; the same after a restart. */
  readonly gatewayId: string;
  readonly times?: PresenceTimes;
  readonly onUninstalled: (link: DeviceLink) => void;
  readonly onError: (error: unknown, part: string) => void;
};

/** Presence of the devices that this gateway holds. */
export interface PresenceService {
  /** For the gateway. */
  readonly port: PresencePort;
  /** Takes back what a former run held. To be awaited before the gateway listens. */
  start(): Promise<void>;
  /** Stores what is known and stops the clockwork. */
  stop(): Promise<void>;
  /** Resolves when every change so far is committed. */
  flush(): Promise<void>;
  /** Shows a suspended, revoked or retired device as offline at once. */
  cutOff(deviceNo: number): void;
  /** Lets other limits hold for a device from now on. */
  setRhythm(deviceNo: number, rhythm: DeviceRhythm): void;
  /** Calls `listener` after each commit; returns how to stop that. */
  onChange(listener: (changes: readonly PresenceChange[]) => void): () => void;
  /** Devices held in memory. */
  heldCount(): number;
}

const RETRY_MS = 1_000;

/** Wires keeper (runtime), writer (rows and events), wheel and lease. */
export function createPresence(deps: PresenceDeps): PresenceService {
  const times = deps.times ?? PRESENCE_TIMES;
  const listeners = new Set<(changes: readonly PresenceChange[]) => void>();
  let writing: Repeating | undefined;
  let leasing: Repeating | undefined;
  let stopTicking: (() => void) | undefined;

  const keeper = new PresenceKeeper({
    clock: deps.clock,
    limits: times.limits,
    tickMs: times.tickMs,
    storeSeenMs: times.storeSeenMs,
    onStale: (device) => {
      writer.add(device);
      writing?.wake();
    },
  });
  const writer = new PresenceWriter({
    database: deps.database,
    events: deps.events,
    gatewayId: deps.gatewayId,
    onWritten: (changes) => {
      for (const listener of listeners) listener(changes);
    },
    onLetGo: (device) => keeper.forget(device),
  });
  const tick = () => {
    keeper.tick();
    stopTicking = deps.clock.after(times.tickMs, tick);
  };
  const report = (error: unknown) => deps.onError(error, 'presence');

  return {
    port: portOf(keeper, deps.onUninstalled),
    start: async () => {
      keeper.adopt(await takeBack(deps, times), 'server_restarted');
      tick();
      const write = () => writer.flush().then(() => undefined);
      writing = startRepeating({
        work: write,
        onError: report,
        everyMs: RETRY_MS,
        gatherMs: times.coalesceMs,
      });
      const lease = () => adoptLost(deps, times, keeper).then(() => undefined);
      leasing = startRepeating({ work: lease, onError: report, everyMs: times.leaseMs / 3, gatherMs: 0 });
    },
    stop: async () => {
      stopTicking?.();
      await leasing?.stop();
      await writing?.stop();
      await writer.flush().catch(report);
    },
    flush: () => writer.flush(),
    cutOff: (deviceNo) => keeper.cutOff(deviceNo),
    setRhythm: (deviceNo, rhythm) => keeper.setRhythm(deviceNo, rhythm),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    heldCount: () => keeper.size,
  };
}

function portOf(keeper: PresenceKeeper, onUninstalled: (link: DeviceLink) => void): PresencePort {
  return {
    opened: (link) => keeper.opened(link),
    closed: (link, reason, silentMs) => keeper.closed(link, reason, silentMs),
    telemetry: (link) => keeper.telemetry(link),
    beacon: (link, intervalMs) => keeper.beacon(link, intervalMs),
    goodbye: (link, reason) => keeper.goodbye(link, reason),
    uninstalled: (link) => {
      keeper.goodbye(link, 'agent_stopped');
      onUninstalled(link);
    },
  };
}

function takeBack({ database, gatewayId }: PresenceDeps, times: PresenceTimes) {
  return database.system('presence', async (tx) => {
    await renewGatewayLease(tx, gatewayId, times.leaseMs);
    return findHeldBy(tx, gatewayId);
  });
}

async function adoptLost(
  { database, gatewayId }: PresenceDeps,
  times: PresenceTimes,
  keeper: PresenceKeeper,
): Promise<void> {
  const adopted = await database.system('presence', async (tx) => {
    await renewGatewayLease(tx, gatewayId, times.leaseMs);
    return takeOver(tx, await takeLapsedGateways(tx, gatewayId), gatewayId);
  });
  keeper.adopt(adopted, 'gateway_lost');
}
