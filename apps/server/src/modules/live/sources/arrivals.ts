import { DeviceId, type DeviceRow } from '@muster/contracts';
import type { Scope } from '../../../platform/actor.ts';
import type { SequencedEvent } from '../../../platform/bus/event-port.ts';
import type { LiveDeps } from '../live-deps.ts';

/** Devices as they enrol, for whoever may see them. */
export interface Arrivals {
  watch(scope: Scope, onArrival: (device: DeviceRow) => void): () => void;
  /** New events of the log; those that are no enrolment are passed over. */
  take(events: readonly SequencedEvent[]): Promise<void>;
}

type Watcher = { readonly scope: Scope; readonly onArrival: (device: DeviceRow) => void };

export function createArrivals(deps: Pick<LiveDeps, 'database' | 'devices'>): Arrivals {
  const watchers = new Set<Watcher>();
  return {
    watch: (scope, onArrival) => {
      const watcher = { scope, onArrival };
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    take: async (events) => {
      const enrolled = events.filter((event) => event.type === 'device.enrolled');
      if (enrolled.length === 0 || watchers.size === 0) return;
      const ids = enrolled.map((event) => DeviceId.parse(event.subjectId));
      const orgIds = [...new Set(enrolled.map((event) => event.orgId))];
      for (const group of Map.groupBy(watchers, ({ scope }) => JSON.stringify(scope)).values()) {
        const scope = group[0]?.scope;
        if (!scope?.orgIds.some((orgId) => orgIds.includes(orgId))) continue;
        const rows = await deps.database.transaction(scope, (tx) => deps.devices.rows(tx, scope, ids));
        for (const row of rows) for (const watcher of group) watcher.onArrival(row);
      }
    },
  };
}
