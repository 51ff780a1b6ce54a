import type { DeviceId } from '@muster/contracts';
import type { Actor, Scope } from '../../platform/actor.ts';
import type { EventPort } from '../../platform/bus/event-port.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import type { DeviceQueries } from '../devices/index.ts';

/** What the module is made from. */
export type MembershipDeps = {
  readonly database: Database;
  readonly events: EventPort;
  readonly queries: DeviceQueries;
  /** Counts what matches a query. */
  readonly count: (tx: Tx, scope: Scope, query: string) => Promise<number>;
  /** The first devices that match a query. */
  readonly list: (
    actor: Actor,
    query: string,
  ) => Promise<readonly { readonly id: DeviceId; readonly name: string }[]>;
  readonly onError: (error: unknown, part: string) => void;
};
