import type { SQL } from 'bun';
import { percentile } from '../measure/percentile.ts';
import type { Report } from '../measure/report.ts';
import type { SwarmFigures } from '../swarm/messages.ts';

/** The generator's own load: a slow one would be taken for a slow server. */
export function tellGenerator(report: Report, figures: SwarmFigures): void {
  report.tell('generator: processor', (figures.cpuMs / figures.spanMs) * 100, 'percent');
  report.tell('generator: event-loop lag p99', percentile(figures.lagMs, 0.99), 'ms');
}

/** Compares what agents closed and what was acknowledged with the rows that are there, minute by minute. */
export async function countLost(report: Report, sql: SQL, figures: SwarmFigures): Promise<void> {
  const { closed, acknowledged, refused } = figures.minutes;
  const stored: { at: number; rows: number }[] =
    await sql`select at, count(*)::int as rows from telemetry_minutes group by at`;
  const rowsOf = new Map(stored.map(({ at, rows }) => [at, rows]));
  let missing = 0;
  for (const [minute, count] of Object.entries(figures.acknowledgedByMinute)) {
    missing += Math.max(0, count - (rowsOf.get(Number(minute)) ?? 0));
  }
  report.tell('minutes closed by agents', closed, 'count');
  report.below('minutes not acknowledged', closed - acknowledged, 'count', 0);
  report.below('minutes refused', refused, 'count', 0);
  report.below('acknowledged minutes without a row', missing, 'count', 0);
}

/** How often an event of that type was published since `since`. */
export async function countEvents(sql: SQL, type: string, since: Date): Promise<number> {
  const found: { count: number }[] = await sql`
    select ((select count(*) from event_log where type = ${type} and occurred_at >= ${since})
      + (select count(*) from event_outbox where type = ${type} and occurred_at >= ${since}))::int as count`;
  return found[0]?.count ?? 0;
}
