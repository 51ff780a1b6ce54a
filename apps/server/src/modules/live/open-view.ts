import {
  type DeviceId,
  type DeviceRow,
  type LiveRequest,
  type LiveSample,
  MusterError,
  type Permission,
} from '@muster/contracts';
import { requirePermission, type Scope } from '../../platform/actor.ts';
import type { Person } from '../../platform/http/index.ts';
import type { RowDelta } from './domain/row-delta.ts';
import type { LiveDeps, LiveSummary } from './live-deps.ts';
import type { Outlet } from './socket/outlet.ts';
import type { Arrivals } from './sources/arrivals.ts';
import type { Samples } from './sources/samples.ts';
import type { Summaries } from './sources/summaries.ts';
import type { WatchedRows } from './sources/watched-rows.ts';

type WatchRequest = Extract<LiveRequest, { type: 'watch' }>;
type View<Name extends WatchRequest['view']> = Extract<WatchRequest, { view: Name }>;

/** What feeds the views, one of each per process. */
export type LiveSources = {
  readonly rows: WatchedRows;
  readonly summaries: Summaries;
  readonly samples: Samples;
  readonly arrivals: Arrivals;
};

export type ViewContext = {
  readonly deps: LiveDeps;
  readonly sources: LiveSources;
  readonly person: Person;
  readonly outlet: Outlet;
};

/** A view that is open. */
export type OpenView = {
  readonly close: () => void;
  /**
   * Throws where the person may no longer look. Asked of those who may look at sites and groups, because what lies in
   * them changes; rows and counts ask for their scope by themselves each time they are read.
   */
  readonly confirm?: () => Promise<void>;
};

type CloseView = () => void;

/**
 * Opens a view for a person: checks the right, sends the snapshot, then the changes. The scope is that of this moment; a
 * view whose person's rights change is closed, never widened.
 */
export async function openView(context: ViewContext, request: WatchRequest): Promise<OpenView> {
  switch (request.view) {
    case 'devices':
      return { close: await openDevices(context, request) };
    case 'device':
      return openDevice(context, request);
    case 'summary':
      return { close: await openSummary(context, request) };
    case 'command':
      return openCommand(context, request);
    case 'arrivals':
      return { close: await openArrivals(context, request) };
  }
}

/** Where the person may look; throws forbidden where nowhere. */
function demand({ person }: ViewContext, permission: Permission): Scope {
  return requirePermission(person, permission);
}

async function readRows({ deps }: ViewContext, scope: Scope, ids: readonly DeviceId[]): Promise<DeviceRow[]> {
  return await deps.database.transaction(scope, (tx) => deps.devices.rows(tx, scope, [...new Set(ids)]));
}

type RowsView = {
  readonly watch: string;
  readonly scope: Scope;
  /** What the client heard last, where its socket was cut. */
  readonly after: string | undefined;
};

/** Rows and where changes stood before they were read: nothing after that position is missed by whoever resumes there. */
type ReadRows = { readonly rows: DeviceRow[]; readonly position: string };

function followRows(
  { sources, outlet }: ViewContext,
  { watch, scope, after }: RowsView,
  { rows, position }: ReadRows,
): CloseView {
  const tell = (snapshot: boolean, deltas: RowDelta[], at: string) =>
    outlet.send({ type: 'devices', watch, position: at, snapshot, rows: deltas });
  const changed = after === undefined ? undefined : sources.rows.changedSince(after, rows);
  tell(changed === undefined, changed ?? rows, position);
  return sources.rows.watch(rows, { scope, onRows: (deltas, at) => tell(false, deltas, at) });
}

async function openDevices(context: ViewContext, request: View<'devices'>): Promise<CloseView> {
  const { watch, ids } = request;
  const scope = demand(context, 'devices:read');
  const position = context.sources.rows.position();
  const rows = await readRows(context, scope, ids);
  // Deltas cannot say that a row is gone: a snapshot does.
  const after = rows.length === new Set(ids).size ? request.after : undefined;
  return followRows(context, { watch, scope, after }, { rows, position });
}

async function openDevice(
  context: ViewContext,
  { watch, deviceId, live, after, samplesAfter }: View<'device'>,
): Promise<OpenView> {
  const scope = demand(context, 'devices:read');
  const { deps, sources, outlet } = context;
  const read = async () => {
    const rows = await readRows(context, scope, [deviceId]);
    if (rows.length === 0) throw new MusterError('not_found', 'There is no such device.', { deviceId });
    return rows;
  };
  const position = sources.rows.position();
  const rows = await read();
  const confirm = async () => void (await read());
  const closeRow = followRows(context, { watch, scope, after }, { rows, position });
  const samples = recentSamples(deps, deviceId, samplesAfter);
  if (samples.length > 0) outlet.send({ type: 'samples', watch, deviceId, samples });
  if (!live) return { close: closeRow, confirm };
  const closeSamples = sources.samples.watch(deviceId, (sample) =>
    outlet.send({ type: 'samples', watch, deviceId, samples: [sample] }),
  );
  const close = () => {
    closeSamples();
    closeRow();
  };
  return { close, confirm };
}

/** The newest sample, or all since the one that the client heard last. */
function recentSamples(
  { telemetry }: LiveDeps,
  deviceId: DeviceId,
  afterMs: number | undefined,
): LiveSample[] {
  if (afterMs !== undefined) return telemetry.since(deviceId, afterMs);
  const latest = telemetry.latest(deviceId);
  return latest ? [latest] : [];
}

async function openSummary(context: ViewContext, { watch, query }: View<'summary'>): Promise<CloseView> {
  const scope = demand(context, 'devices:read');
  const { deps, outlet } = context;
  // Counted once here, so that a query that is not one is answered with its error.
  const tell = ({ total, exact, presence }: LiveSummary, moved: number) =>
    outlet.send({ type: 'summary', watch, total, exact, presence: { ...presence }, moved });
  const { total, exact, presence } = await deps.database.transaction(scope, (tx) =>
    deps.devices.summary(tx, scope, query),
  );
  const seen = { total, exact, presence };
  tell(seen, 0);
  return context.sources.summaries.watch({ scope, query, seen }, ({ moved, ...summary }) =>
    tell(summary, moved),
  );
}

async function openCommand(context: ViewContext, { watch, commandId }: View<'command'>): Promise<OpenView> {
  demand(context, 'commands:read');
  const { deps, person, outlet } = context;
  const { id, deviceId, name } = await deps.commands.get(person, { commandId });
  const close = deps.commands.watch(
    { id, deviceId, name },
    {
      onChange: (command) => outlet.send({ type: 'command', watch, command }),
      onProgress: (progress) => outlet.send({ type: 'progress', watch, commandId, ...progress }),
    },
  );
  // Read again once changes are heard: nothing falls between snapshot and changes.
  const command = await deps.commands.get(person, { commandId });
  outlet.send({ type: 'command', watch, command });
  return { close, confirm: async () => void (await deps.commands.get(person, { commandId })) };
}

async function openArrivals(context: ViewContext, { watch, after }: View<'arrivals'>): Promise<CloseView> {
  const scope = demand(context, 'devices:read');
  const { sources, outlet } = context;
  const tell = (device: DeviceRow, position: bigint) =>
    outlet.send({ type: 'arrival', watch, device, position: position.toString() });
  // Listened to first: one that arrives meanwhile is told twice rather than never.
  const close = sources.arrivals.watch(scope, tell);
  try {
    if (after !== undefined && /^\d{1,18}$/.test(after))
      await sources.arrivals.repeat(scope, BigInt(after), tell);
  } catch (error) {
    close();
    throw error;
  }
  return close;
}
