import { DeviceId, type SessionId } from '@muster/contracts';
import { type Repeating, startRepeating } from '../../platform/bus/repeating.ts';
import type { Person, RawRoute } from '../../platform/http/index.ts';
import type { LiveDeps } from './live-deps.ts';
import { CLOSE_SESSION_ENDED, type Connection, createSocketHandler } from './socket/connection.ts';
import { createSocketRoute } from './socket/socket-route.ts';
import { createTickets, type Ticket } from './socket/tickets.ts';
import { createArrivals } from './sources/arrivals.ts';
import { createSamples } from './sources/samples.ts';
import { type ChangedDevice, createSummaries } from './sources/summaries.ts';
import { createWatchedRows } from './sources/watched-rows.ts';

export type { Ticket } from './socket/tickets.ts';

/** Rights and sessions are read again when the database tells of a change, and this often whatever it tells. */
const RECHECK_MS = 5_000;
/** Changes of rights that come together are looked at together. */
const RECHECK_GATHER_MS = 20;
const CLOSE_GOING_AWAY = 1001;

/** The live socket of console and CLI. */
export interface Live {
  readonly route: RawRoute;
  /** For the ticket endpoint of modules/system. */
  ticket(person: Person): Ticket;
  /** A session ended: its sockets close at once instead of at the next look. */
  dropSession(sessionId: SessionId): void;
  connectionCount(): number;
  start(): void;
  stop(): Promise<void>;
}

/** Wires the sources to the sockets. */
export function createLive(deps: LiveDeps): Live {
  const tickets = createTickets(deps.clock);
  const connections = new Set<Connection>();
  const rows = createWatchedRows(deps);
  const summaries = createSummaries(deps);
  const samples = createSamples(deps.telemetry);
  const arrivals = createArrivals(deps);
  const stops: (() => void)[] = [samples.stop];
  let rechecking: Repeating | undefined;
  let stopListening: (() => Promise<void>) | undefined;

  const changed = (devices: readonly ChangedDevice[]) => {
    rows.changed(devices.map(({ deviceId }) => deviceId));
    summaries.changed(devices);
  };
  const recheck = async () => {
    if (connections.size === 0) return undefined;
    const people = await deps.currentPeople([...new Set([...connections].map((c) => c.person.sessionId))]);
    for (const connection of connections) connection.recheck(people.get(connection.person.sessionId));
    return undefined;
  };
  return {
    route: createSocketRoute({
      tickets,
      findCurrent: async ({ sessionId }) => (await deps.currentPeople([sessionId])).get(sessionId),
      createHandler: (person) =>
        createSocketHandler(
          {
            deps,
            sources: { rows, summaries, samples, arrivals },
            onOpen: (connection) => connections.add(connection),
            onClose: (connection) => connections.delete(connection),
          },
          person,
        ),
    }),
    ticket: tickets.issue,
    dropSession: (sessionId) => {
      for (const connection of [...connections]) {
        if (connection.person.sessionId === sessionId) connection.close(CLOSE_SESSION_ENDED, 'session ended');
      }
    },
    connectionCount: () => connections.size,
    start: () => {
      rows.start();
      stops.push(
        deps.devices.presence.onChange(changed),
        deps.devices.onChanged((device) => changed([device])),
        // Events repeat what the two above say of this process, and tell what other processes did.
        deps.feed.subscribe('live', DEVICE_EVENTS, async (events) => {
          changed(events.map(({ subjectId, orgId }) => ({ deviceId: DeviceId.parse(subjectId), orgId })));
          await arrivals.take(events);
        }),
      );
      rechecking ??= startRepeating({
        work: recheck,
        everyMs: RECHECK_MS,
        gatherMs: RECHECK_GATHER_MS,
        onError: (error) => deps.onError(error, 'live sessions'),
      });
      stopListening ??= deps.database.listen('muster_rights', () => rechecking?.wake());
    },
    stop: async () => {
      for (const stop of stops.splice(0)) stop();
      for (const connection of [...connections]) connection.close(CLOSE_GOING_AWAY, 'server stops');
      await Promise.all([stopListening?.(), rechecking?.stop(), rows.stop(), summaries.stop()]);
    },
  };
}

const DEVICE_EVENTS = [
  'device.enrolled',
  'device.online',
  'device.unresponsive',
  'device.offline',
  'device.updated',
  'device.decommissioned',
] as const;
