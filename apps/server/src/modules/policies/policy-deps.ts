import type { AuditPort } from '../../platform/bus/audit-port.ts';
import type { EventFeed, EventPort } from '../../platform/bus/event-port.ts';
import type { Database } from '../../platform/db/index.ts';
import type { NodePort } from '../../platform/gateway/ports.ts';
import type { DeviceQueries } from '../devices/index.ts';

/** How presence is told what holds for a device now. */
export interface RhythmPort {
  setRhythm(
    deviceNo: number,
    rhythm: { readonly offlineLimitMs: number | undefined; readonly beaconIntervalMs: number },
  ): void;
}

/** What the module is made from. */
export type PolicyDeps = {
  readonly database: Database;
  readonly audit: AuditPort;
  readonly events: EventPort & { readonly feed: EventFeed };
  readonly queries: DeviceQueries;
  readonly node: NodePort;
  readonly presence: RhythmPort;
  readonly now: () => number;
  readonly onError: (error: unknown, part: string) => void;
};
