import { DeviceId, type DeviceRow } from '@muster/contracts';
import type { Scope } from '../../../platform/actor.ts';
import type { SequencedEvent } from '../../../platform/bus/event-port.ts';
import type { LiveDeps } from '../live-deps.ts';

/** Devices as they enrol, for whoever may see them. */
export interface Arrivals {
  watch(scope: Scope, onArrival: OnArrival): () => void;
  /** Tells of those that enrolled after a position, to somebody who was cut off meanwhile. */
  repeat(scope: Scope, after: bigint, onArrival: OnArrival): Promise<void>;
  /** New events of the log; those that are no enrolment are passed over. */
  take(events: readonly SequencedEvent[]): Promise<void>;
}

type OnArrival = (device: DeviceRow, position: bigint) => void;
type Watcher = { readonly scope: Scope; readonly onArrival: OnArrival };

export function createArrivals(deps: Pick<LiveDeps, 'database' | 'devices' | 'feed'>): Arrivals {
  const watchers = new Set<Watcher>();
  /** Those in scope, in the order in which they came. */
  const readArrived = async (scope: Scope, enrolled: readonly SequencedEvent[]) => {
    const ids = enrolled.map(({ subjectId }) => DeviceId.parse(subjectId));
    const rows = await deps.database.transaction(scope, (tx) => deps.devices.rows(tx, scope, ids));
    const byId = new Map(rows.map((row) => [row.id, row]));
    return enrolled.flatMap(({ subjectId, position }) => {
      const row = byId.get(DeviceId.parse(subjectId));
      return row ? [{ row, position }] : [];
    });
  };
  return {
    watch: (scope, onArrival) => {
      const watcher = { scope, onArrival };
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    repeat: async (scope, after, onArrival) => {
      const enrolled = await deps.feed.since(after, ['device.enrolled']);
      for (const { row, position } of await readArrived(scope, enrolled)) onArrival(row, position);
    },
    take: async (events) => {
      const enrolled = events.filter((event) => event.type === 'device.enrolled');
      if (enrolled.length === 0 || watchers.size === 0) return;
      const orgIds = [...new Set(enrolled.map((event) => event.orgId))];
      for (const group of Map.groupBy(watchers, ({ scope }) => JSON.stringify(scope)).values()) {
        const scope = group[0]?.scope;
        if (!scope?.orgIds.some((orgId) => orgIds.includes(orgId))) continue;
        for (const { row, position } of await readArrived(scope, enrolled)) {
          for (const watcher of group) watcher.onArrival(row, position);
        }
      }
    },
  };
}
