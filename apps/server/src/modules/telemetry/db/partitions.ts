import type { SQL } from 'bun';
import { TIERS } from '../domain/tiers.ts';

/** Makes partitions before rows need them and drops those past retention. Remembers what exists, so a batch asks nothing. */
export class Partitions {
  readonly #known = new Set<string>();

  constructor(private readonly sql: SQL) {}

  /** Makes every partition that these minutes fall into, in all tiers. */
  async ensure(minutes: readonly number[]): Promise<void> {
    for (const tier of TIERS) {
      for (const start of new Set(minutes.map((minute) => minute - (minute % tier.partition)))) {
        const name = `${tier.table}_${start}`;
        if (this.#known.has(name)) continue;
        await this
          .sql`select muster.make_telemetry_partition(${tier.table}, ${start}::int, ${tier.partition}::int)`;
        this.#known.add(name);
      }
    }
  }

  /** Today's partitions and the next ones, so that midnight costs nobody anything. */
  async ensureAhead(nowMs: number): Promise<void> {
    const minute = Math.floor(nowMs / 60_000);
    for (const tier of TIERS) await this.ensure([minute, minute + tier.partition]);
  }

  /** Drops whole partitions that ended before their tier's retention; returns their names. */
  async dropExpired(nowMs: number): Promise<string[]> {
    const dropped: string[] = [];
    for (const tier of TIERS) {
      const before = Math.floor(nowMs / 60_000) - tier.keepDays * 1_440;
      const rows: { name: string }[] = await this.sql`
        select * from muster.drop_telemetry_partitions(${tier.table}, ${before}::int, ${tier.partition}::int) as part (name)`;
      for (const row of rows) {
        this.#known.delete(row.name);
        dropped.push(row.name);
      }
    }
    return dropped;
  }
}
