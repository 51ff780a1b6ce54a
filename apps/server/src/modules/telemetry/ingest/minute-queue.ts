import type { SQL } from 'bun';
import type { Logger } from '../../../platform/log/index.ts';
import type { Partitions } from '../db/partitions.ts';
import { writeApart } from './write-apart.ts';
import { type MinuteRow, writeMinutes } from './write-minutes.ts';

const MAX_ROWS = 2_000;
const MAX_WAITING = 200_000;
const RETRIES = 3;

type Waiting = {
  readonly rows: readonly MinuteRow[];
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
};

/**
 * Collects check-ins of many devices into shared transactions: one runs at a time, and whatever arrives meanwhile makes
 * the next. `add` resolves after commit and rejects when the database refused three times; the agent then sends again.
 */
export class MinuteQueue {
  #waiting: Waiting[] = [];
  #rows = 0;
  #running: Promise<void> | undefined;

  constructor(
    private readonly deps: {
      sql: SQL;
      partitions: Partitions;
      log: Logger;
      onStored: (rows: readonly MinuteRow[]) => void;
    },
  ) {}

  add(rows: readonly MinuteRow[]): Promise<void> {
    if (rows.length === 0) return Promise.resolve();
    if (this.#rows > MAX_WAITING)
      return Promise.reject(new Error('telemetry: too many minutes are waiting for the database'));
    return new Promise((done, failed) => {
      this.#waiting.push({ rows, done, failed });
      this.#rows += rows.length;
      this.#running ??= this.#drain();
    });
  }

  /** Resolves when everything accepted so far is committed or rejected. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #drain(): Promise<void> {
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#writeBatch(this.#takeBatch());
    this.#running = undefined;
  }

  #takeBatch(): Waiting[] {
    let rows = 0;
    let count = 0;
    while (count < this.#waiting.length && (count === 0 || rows < MAX_ROWS))
      rows += this.#waiting[count++]?.rows.length ?? 0;
    this.#rows -= rows;
    return this.#waiting.splice(0, count);
  }

  #writeBatch(batch: readonly Waiting[]): Promise<void> {
    return writeApart(
      batch,
      async (part) => {
        await this.#store(part.flatMap((waiting) => waiting.rows));
        for (const waiting of part) waiting.done();
      },
      (part, error) => {
        const rows = part.reduce((sum, waiting) => sum + waiting.rows.length, 0);
        this.deps.log.error(
          { err: error, rows },
          'telemetry: minutes were not stored; agents will send them again',
        );
        for (const waiting of part) waiting.failed(error);
      },
    );
  }

  async #store(rows: readonly MinuteRow[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.deps.partitions.ensure(rows.map((row) => row.minute));
        this.deps.onStored(await writeMinutes(this.deps.sql, rows));
        return;
      } catch (error) {
        if (attempt >= RETRIES) throw error;
      }
    }
  }
}
