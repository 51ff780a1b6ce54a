import { type DeviceId, METRICS, MusterError, type Series } from '@muster/contracts';
import { type Actor, requirePermission, type Scope } from '../../../platform/actor.ts';
import type { Database, Tx } from '../../../platform/db/index.ts';
import { readInstanceNames, readPacked } from '../db/read-series.ts';
import { HOT_MS } from '../domain/hot-ring.ts';
import type { HotStore } from '../domain/hot-store.ts';
import { DEVICE_INSTANCE, unpackReadings } from '../domain/minute.ts';
import { unpackRollup } from '../domain/rollup.ts';
import { SeriesBuilder } from '../domain/series.ts';
import { chooseSource, type Tier } from '../domain/tiers.ts';

export type SeriesQuery = {
  readonly deviceId: DeviceId;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly resolution?: number | undefined;
  readonly metrics?: string | undefined;
  readonly instances: boolean;
};

export type SeriesAnswer = {
  from: string;
  to: string;
  resolution: number;
  source: 'hot' | Tier['name'];
  times: number[];
  series: Series[];
};

type Deps = {
  readonly database: Database;
  readonly hot: HotStore;
  readonly now: () => number;
  /** Throws not_found for a device outside the scope. */
  readonly mustExist: (tx: Tx, scope: Scope, deviceId: DeviceId) => Promise<void>;
};

const DEFAULT_WINDOW_MS = 3_600_000;
const MAX_SPAN_MS = 370 * 86_400_000;
const MAX_ROWS_OUT = 20_000;

/** Chart data of one device: window and resolution pick the tier, rows are merged into buckets, holes stay null. */
export async function getSeries(deps: Deps, actor: Actor, query: SeriesQuery): Promise<SeriesAnswer> {
  const scope = requirePermission(actor, 'devices:read');
  const window = parseWindow(query, deps.now());
  const wanted = parseMetrics(query.metrics);
  const { source, resolutionS } = chooseSource(window, deps.now(), HOT_MS);
  if ((window.toMs - window.fromMs) / 1000 / resolutionS > MAX_ROWS_OUT)
    throw new MusterError(
      'invalid_input',
      `A window of ${Math.round((window.toMs - window.fromMs) / 1000)} s at ${resolutionS} s a point is more than ${MAX_ROWS_OUT} points; ask for a coarser resolution.`,
      { field: 'resolution' },
    );

  const builder = new SeriesBuilder(
    resolutionS,
    ({ instance, metric }) =>
      (query.instances || instance === DEVICE_INSTANCE) && (wanted === undefined || wanted.has(metric)),
  );
  const names = await deps.database.transaction(scope, async (tx) => {
    await deps.mustExist(tx, scope, query.deviceId);
    if (source !== 'hot') await addStored(tx, builder, { deviceId: query.deviceId, source, ...window });
    return query.instances ? readInstanceNames(tx, query.deviceId) : new Map();
  });
  if (source === 'hot')
    for (const sample of deps.hot.since(query.deviceId, window.fromMs))
      builder.addReadings(Math.floor(sample.atMs / 1000), sample.readings);

  const { times, series } = builder.build(
    { fromS: Math.floor(window.fromMs / 1000), toS: Math.ceil(window.toMs / 1000) },
    names,
  );
  return {
    from: new Date(window.fromMs).toISOString(),
    to: new Date(window.toMs).toISOString(),
    resolution: resolutionS,
    source,
    times,
    series,
  };
}

async function addStored(
  tx: Tx,
  builder: SeriesBuilder,
  ask: { deviceId: DeviceId; source: Tier['name']; fromMs: number; toMs: number },
): Promise<void> {
  const rows = await readPacked(tx, ask.deviceId, ask.source, {
    from: Math.floor(ask.fromMs / 60_000),
    to: Math.ceil(ask.toMs / 60_000),
  });
  for (const row of rows) {
    if (ask.source === 'minutes') builder.addReadings(row.at * 60, unpackReadings(row.packed));
    else builder.addRollup(row.at * 60, unpackRollup(row.packed));
  }
}

function parseWindow(
  query: SeriesQuery,
  nowMs: number,
): { fromMs: number; toMs: number; resolutionS: number | undefined } {
  const toMs = query.to ? Date.parse(query.to) : nowMs;
  const fromMs = query.from ? Date.parse(query.from) : toMs - DEFAULT_WINDOW_MS;
  if (fromMs >= toMs)
    throw new MusterError('invalid_input', '`from` must lie before `to`.', { field: 'from' });
  if (toMs - fromMs > MAX_SPAN_MS)
    throw new MusterError(
      'invalid_input',
      'The window is longer than a year, which is as far back as hours are kept; ask for less.',
      { field: 'from' },
    );
  return { fromMs, toMs, resolutionS: query.resolution };
}

function parseMetrics(text: string | undefined): Set<number> | undefined {
  if (!text) return undefined;
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !METRICS.some((metric) => metric.name === name));
  if (unknown !== undefined)
    throw new MusterError(
      'invalid_input',
      `There is no metric “${unknown}”; there are ${METRICS.map((metric) => metric.name).join(', ')}.`,
      { field: 'metrics' },
    );
  return new Set(METRICS.filter((metric) => names.includes(metric.name)).map((metric) => metric.number));
}
