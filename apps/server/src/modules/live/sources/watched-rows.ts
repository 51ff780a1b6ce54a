import type { DeviceId, DeviceRow, OrgId } from '@muster/contracts';
import type { Scope } from '../../../platform/actor.ts';
import { type Repeating, startRepeating } from '../../../platform/bus/repeating.ts';
import { type RowDelta, rowDelta } from '../domain/row-delta.ts';
import type { LiveDeps } from '../live-deps.ts';

/** Rows of one screen change at most four times a second. */
const SPACING_MS = 250;
const GATHER_MS = 10;
/** Latest values close with the minute and are announced by nobody: all watched rows are read again this often. */
const REFRESH_MS = 10_000;
/** A client whose socket was cut is back within this, or starts anew. */
const RESUMABLE_MS = 60_000;

/** Somebody who looks at rows. */
export type RowsWatcher = { readonly scope: Scope; onRows(deltas: RowDelta[], position: string): void };

/** The device rows that anybody of this process looks at. */
export interface WatchedRows {
  /** Watches rows that were just read for somebody with a right to them. Returns how to stop. */
  watch(rows: readonly DeviceRow[], watcher: RowsWatcher): () => void;
  /** Where changes stand: what somebody who heard everything so far may resume from. */
  position(): string;
  /**
   * Those of the rows, just read, that somebody who heard everything up to a position does not have as they are;
   * undefined for a position that is none of this process.
   */
  changedSince(position: string, rows: readonly DeviceRow[]): DeviceRow[] | undefined;
  /** These devices changed; those that nobody looks at cost nothing. */
  changed(ids: Iterable<DeviceId>): void;
  start(): void;
  stop(): Promise<void>;
}

type Watched = {
  row: DeviceRow;
  readonly watchers: Set<RowsWatcher>;
  /** Every change after this one was told. */
  readonly since: number;
  changedAt: number;
  /** When the last watcher left; what has been left is followed a little longer, for those whose socket was cut. */
  leftAt: number | undefined;
};

/** One query a tick for all watchers together; each then gets the differences of its own rows. */
export function createWatchedRows(deps: Pick<LiveDeps, 'database' | 'devices' | 'onError'>): WatchedRows {
  const watched = new Map<DeviceId, Watched>();
  let dirty = new Set<DeviceId>();
  let readAt = Number.NEGATIVE_INFINITY;
  let refreshedAt = performance.now();
  let repeating: Repeating | undefined;
  // Positions of another process, or of this one before it was restarted, mean nothing here.
  const epoch = crypto.randomUUID().slice(0, 8);
  let changes = 0;
  const position = () => `${epoch}-${changes}`;

  const read = async () => {
    if (performance.now() - refreshedAt >= REFRESH_MS) {
      refreshedAt = performance.now();
      forgetLeft(watched);
      for (const id of watched.keys()) dirty.add(id);
    }
    const ids = [...dirty].filter((id) => watched.has(id));
    dirty = new Set();
    if (ids.length === 0) return undefined;
    readAt = performance.now();
    const orgIds = new Set(ids.flatMap((id) => watched.get(id)?.row.orgId ?? []));
    const rows = await readRows(deps, [...orgIds], ids);
    const isHidden = await findHidden(deps, watched, ids);
    changes++;
    for (const [watcher, own] of deal({ watched, rows, isHidden, at: changes }))
      watcher.onRows(own, position());
    return undefined;
  };
  const markDirty = (ids: Iterable<DeviceId>) => {
    const before = dirty.size;
    for (const id of ids) if (watched.has(id)) dirty.add(id);
    if (dirty.size > before) repeating?.wake(Math.max(GATHER_MS, readAt + SPACING_MS - performance.now()));
  };
  return {
    watch: (rows, watcher) => {
      for (const row of rows) {
        const entry = watched.get(row.id) ?? newlyWatched(row, changes);
        watched.set(row.id, entry);
        entry.watchers.add(watcher);
        entry.leftAt = undefined;
      }
      const ids = rows.map((row) => row.id);
      // What changed between the reading of these rows and this moment was told to nobody: they are read once more.
      markDirty(ids);
      return () => {
        for (const id of ids) {
          const entry = watched.get(id);
          entry?.watchers.delete(watcher);
          if (entry?.watchers.size === 0) entry.leftAt = performance.now();
        }
      };
    },
    position,
    changedSince: (heard, rows) => {
      if (!heard.startsWith(`${epoch}-`)) return undefined;
      const at = Number(heard.slice(epoch.length + 1));
      return rows.filter((row) => {
        const entry = watched.get(row.id);
        if (!entry || !(entry.since <= at && entry.changedAt <= at)) return true;
        return rowDelta(entry.row, row) !== undefined;
      });
    },
    changed: markDirty,
    start: () => {
      repeating ??= startRepeating({
        work: read,
        everyMs: REFRESH_MS,
        gatherMs: GATHER_MS,
        onError: (error) => deps.onError(error, 'live rows'),
      });
    },
    stop: async () => await repeating?.stop(),
  };
}

function newlyWatched(row: DeviceRow, at: number): Watched {
  return { row, watchers: new Set(), since: at, changedAt: at, leftAt: undefined };
}

function forgetLeft(watched: Map<DeviceId, Watched>): void {
  const before = performance.now() - RESUMABLE_MS;
  for (const [id, { leftAt }] of watched) if (leftAt !== undefined && leftAt < before) watched.delete(id);
}

async function readRows(
  deps: Pick<LiveDeps, 'database' | 'devices'>,
  orgIds: OrgId[],
  ids: DeviceId[],
): Promise<DeviceRow[]> {
  const scope = { orgIds };
  return await deps.database.transaction(scope, (tx) => deps.devices.rows(tx, scope, ids));
}

/**
 * What a device became may lie outside what a watcher of a site or group may see. Watchers of whole organisations are
 * not asked about: a device never changes its organisation.
 */
async function findHidden(
  deps: Pick<LiveDeps, 'database' | 'devices'>,
  watched: ReadonlyMap<DeviceId, Watched>,
  ids: readonly DeviceId[],
): Promise<(watcher: RowsWatcher, id: DeviceId) => boolean> {
  const limited = new Set(ids.flatMap((id) => [...(watched.get(id)?.watchers ?? [])]).filter(isLimited));
  const shown = new Map<RowsWatcher, ReadonlySet<DeviceId>>();
  for (const group of Map.groupBy(limited, ({ scope }) => JSON.stringify(scope)).values()) {
    const scope = group[0]?.scope;
    if (!scope) continue;
    const rows = await deps.database.transaction(scope, (tx) => deps.devices.rows(tx, scope, ids));
    for (const watcher of group) shown.set(watcher, new Set(rows.map((row) => row.id)));
  }
  // A limited watcher that came while this was read is told with the next change.
  return (watcher, id) => isLimited(watcher) && !shown.get(watcher)?.has(id);
}

function isLimited({ scope }: RowsWatcher): boolean {
  return scope.only !== undefined || scope.deviceId !== undefined;
}

type Dealing = {
  readonly watched: Map<DeviceId, Watched>;
  readonly rows: readonly DeviceRow[];
  readonly isHidden: (watcher: RowsWatcher, id: DeviceId) => boolean;
  readonly at: number;
};

/** What each watcher is told: the differences of its own rows, in one piece. */
function deal({ watched, rows, isHidden, at }: Dealing): ReadonlyMap<RowsWatcher, RowDelta[]> {
  const deltas = new Map<RowsWatcher, RowDelta[]>();
  for (const row of rows) {
    const entry = watched.get(row.id);
    const delta = entry && rowDelta(entry.row, row);
    if (!entry || !delta) continue;
    entry.row = row;
    entry.changedAt = at;
    for (const watcher of entry.watchers) {
      if (!isHidden(watcher, row.id)) deltas.set(watcher, [...(deltas.get(watcher) ?? []), delta]);
    }
  }
  return deltas;
}
