import type { SessionId } from '@muster/contracts';
import type { Scope } from '../../platform/actor.ts';
import type { EventFeed } from '../../platform/bus/event-port.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import type { Person } from '../../platform/http/index.ts';
import type { Commands } from '../commands/index.ts';
import type { Devices } from '../devices/index.ts';
import type { Telemetry } from '../telemetry/index.ts';

/** Counts of a query. */
export type LiveSummary = {
  readonly total: number;
  readonly exact: boolean;
  readonly presence: Readonly<Record<string, number>>;
};

export type LiveDeps = {
  readonly database: Database;
  readonly clock: Clock;
  /** Of this server, told in `hello`. */
  readonly version: string;
  readonly devices: Pick<Devices, 'rows' | 'onChanged' | 'presence' | 'matching'> & {
    /** Throws invalid_input for a query that is none. */
    summary(tx: Tx, scope: Scope, query: string): Promise<LiveSummary>;
  };
  readonly telemetry: Pick<Telemetry, 'watch' | 'onSample' | 'latest' | 'since'>;
  readonly commands: Pick<Commands, 'get' | 'watch'>;
  readonly feed: EventFeed;
  /** The people behind sessions with their rights of this moment; a session that ended is not in the answer. */
  readonly currentPeople: (sessionIds: readonly SessionId[]) => Promise<ReadonlyMap<SessionId, Person>>;
  readonly onError: (error: unknown, part: string) => void;
};
