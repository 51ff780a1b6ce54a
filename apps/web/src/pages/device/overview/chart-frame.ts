import type { LiveSample, Series } from '@muster/contracts';

/** Columns over the same times (seconds since the epoch); null where nothing was recorded. */
export type ChartFrame = {
  readonly times: readonly number[];
  readonly columns: Readonly<Record<string, readonly (number | null)[]>>;
};

type Answer = {
  readonly source: string;
  readonly times: readonly number[];
  readonly series: readonly Series[];
};

/** A hole longer than this between two samples is drawn as one. */
const GAP_S = 25;
const MINUTE_S = 60;

/** Chart data of the device itself, without its instances. */
export function toFrame({ source, times, series }: Answer): ChartFrame {
  const own = series.filter(({ instance }) => instance === null);
  const columns = Object.fromEntries(own.map(({ metric, mean }) => [metric, mean]));
  if (source !== 'hot') return { times, columns };
  // One bucket a second, most of them empty while nobody looks: only those with a sample are points.
  const kept = times.flatMap((_, at) => (own.some(({ mean }) => mean[at] !== null) ? [at] : []));
  return {
    times: kept.map((at) => times[at] ?? 0),
    columns: Object.fromEntries(own.map(({ metric, mean }) => [metric, kept.map((at) => mean[at] ?? null)])),
  };
}

/** The frame with live samples behind it, cut to the window, with a null in each gap. */
export function withSamples(frame: ChartFrame, samples: readonly LiveSample[], fromS: number): ChartFrame {
  const names = new Set([...Object.keys(frame.columns), ...Object.keys(samples.at(-1)?.values ?? {})]);
  const lastStored = frame.times.at(-1) ?? 0;
  const newer = samples.filter(({ at }) => at / 1000 > lastStored);
  const times = [...frame.times, ...newer.map(({ at }) => at / 1000)];
  const first = times.findIndex((time) => time >= fromS);
  if (first < 0) return { times: [], columns: {} };
  const columns = Object.fromEntries(
    [...names].map((name) => {
      const stored = frame.columns[name] ?? frame.times.map(() => null);
      return [name, [...stored, ...newer.map(({ values }) => values[name] ?? null)].slice(first)];
    }),
  );
  return withGaps({ times: times.slice(first), columns });
}

/**
 * The value of a metric at the end of the window; undefined where the last one is older than two steps between values, or
 * than a hole: what was so a while ago is no news.
 */
export function newestOf({ times, columns }: ChartFrame, metric: string, toS: number): number | undefined {
  const column = columns[metric] ?? [];
  const last = column.findLastIndex((value) => value !== null);
  const at = times[last];
  if (at === undefined) return undefined;
  const steps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  const stepS = steps.length === 0 ? MINUTE_S : Math.min(...steps);
  const patienceS = Math.max(GAP_S, 2 * stepS);
  return toS - at > patienceS ? undefined : (column[last] ?? undefined);
}

/** Puts a null behind the last point before a hole, so that no line is drawn across it. */
function withGaps({ times, columns }: ChartFrame): ChartFrame {
  const at: number[] = [];
  for (const [index, time] of times.entries()) {
    const before = times[index - 1];
    if (before !== undefined && time - before > GAP_S) at.push(index);
  }
  if (at.length === 0) return { times, columns };
  const widened = <Value>(values: readonly Value[], fill: (index: number) => Value): Value[] =>
    values.flatMap((value, index) => (at.includes(index) ? [fill(index), value] : [value]));
  return {
    times: widened(times, (index) => (times[index - 1] ?? 0) + 1),
    columns: Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [name, widened(values, () => null)]),
    ),
  };
}
