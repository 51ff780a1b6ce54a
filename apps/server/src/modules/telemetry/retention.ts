import type { Logger } from '../../platform/log/index.ts';
import type { Partitions } from './db/partitions.ts';
import type { HotStore } from './domain/hot-store.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Makes tomorrow's partitions, drops expired ones each hour, and forgets silent devices each minute. */
export function createHousekeeping(deps: {
  partitions: Partitions;
  hot: HotStore;
  log: Logger;
  now: () => number;
}): { start(): Promise<void>; stop(): void } {
  const timers: Timer[] = [];
  const tidy = async () => {
    await deps.partitions.ensureAhead(deps.now());
    const dropped = await deps.partitions.dropExpired(deps.now());
    if (dropped.length > 0) deps.log.info({ dropped }, 'telemetry: partitions past retention were dropped');
  };
  return {
    start: async () => {
      await tidy();
      const again = () =>
        tidy().catch((error: unknown) => deps.log.error({ err: error }, 'telemetry: housekeeping failed'));
      timers.push(
        setInterval(again, HOUR_MS),
        setInterval(() => deps.hot.forgetSilent(deps.now()), MINUTE_MS),
      );
    },
    stop: () => {
      for (const timer of timers) clearInterval(timer);
    },
  };
}
