import type { SQL } from 'bun';
import type { Logger } from '../../../platform/log/index.ts';
import { type LatestRow, writeLatest } from '../db/write-latest.ts';
import type { HotStore } from '../domain/hot-store.ts';
import { latestOf } from '../domain/latest.ts';
import { writeApart } from './write-apart.ts';
import type { MinuteRow } from './write-minutes.ts';

/**
 * Keeps the narrow table of latest values behind the stored minutes: newest minute of each device, one statement at a
 * time, whatever arrives meanwhile folded into the next. A lost write is mended by the device's next minute.
 */
export class LatestFollower {
  #waiting = new Map<number, LatestRow>();
  #running: Promise<void> | undefined;

  constructor(
    private readonly sql: SQL,
    private readonly hot: HotStore,
    private readonly log: Logger,
  ) {}

  follow(rows: readonly MinuteRow[]): void {
    for (const { deviceId, deviceNo, minute, readings } of rows) {
      if ((this.#waiting.get(deviceNo)?.minute ?? 0) > minute) continue;
      const values = latestOf(readings, this.hot.names(deviceId), this.hot.health(deviceId));
      this.#waiting.set(deviceNo, { deviceNo, minute, ...values });
    }
    if (this.#waiting.size > 0) this.#running ??= this.#drain();
  }

  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.size > 0) {
      const rows = [...this.#waiting.values()];
      this.#waiting = new Map();
      await writeApart(
        rows,
        (part) => writeLatest(this.sql, part),
        (part, error) =>
          this.log.warn(
            { err: error, rows: part.length },
            'telemetry: latest values were not stored; the next minute mends it',
          ),
      );
    }
    this.#running = undefined;
  }
}
