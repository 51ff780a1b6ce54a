import { cpus, release, totalmem } from 'node:os';

export type Unit = 'ms' | 's' | 'bytes' | 'percent' | 'count' | 'per s' | 'bytes/h' | 'times';

/** What a benchmark prints: one JSON object a line on stdout, words for people on stderr. */
export interface Report {
  /** Prints the first line: machine, versions, and the sizes that this run was asked for. */
  context(sizes: Readonly<Record<string, string | number>>): void;
  /** A figure without a limit. */
  tell(metric: string, value: number, unit: Unit): void;
  /** A figure that must stay below its limit, or exactly at it when the limit is 0. */
  below(metric: string, value: number, unit: Unit, limit: number): void;
  /** Samples under a percentile with a limit; too few samples do not hold. */
  percentileBelow(metric: string, samples: readonly number[], value: number, limit: number): void;
  /** Something for whoever watches. */
  say(text: string): void;
  /** Whether everything so far held. */
  readonly holds: boolean;
}

/** Fewer samples than this make no p95 or p99. */
const ENOUGH_SAMPLES = 1_000;

/** A report under a benchmark's name; `print` takes its lines. */
export function createReport(bench: string, print: (line: string) => void = console.log): Report {
  let holds = true;
  const line = (
    metric: string,
    value: number,
    unit: Unit,
    verdict: { limit: number | null; ok: boolean },
  ) => {
    holds &&= verdict.ok;
    const rounded = Number.isFinite(value) ? Math.round(value * 1_000) / 1_000 : null;
    print(JSON.stringify({ bench, metric, value: rounded, unit, limit: verdict.limit, holds: verdict.ok }));
  };
  const below = (metric: string, value: number, unit: Unit, limit: number) =>
    line(metric, value, unit, { limit, ok: limit === 0 ? value === 0 : value < limit });
  return {
    context: (sizes) => print(JSON.stringify({ bench, context: { ...machine(), ...sizes } })),
    tell: (metric, value, unit) => line(metric, value, unit, { limit: null, ok: true }),
    below,
    percentileBelow(metric, samples, value, limit) {
      below(metric, value, 'ms', limit);
      const enough = samples.length >= ENOUGH_SAMPLES;
      line(`samples of ${metric}`, samples.length, 'count', { limit: null, ok: enough });
      if (!enough) process.stderr.write(`${metric}: ${samples.length} samples are too few\n`);
    },
    say: (text) => void process.stderr.write(`${text}\n`),
    get holds() {
      return holds;
    },
  };
}

function machine() {
  return {
    at: new Date().toISOString(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    processors: cpus().length,
    memoryBytes: totalmem(),
    system: `${process.platform} ${release()}`,
    bun: Bun.version,
  };
}
