import type { EventType } from '@muster/contracts';
import type { EventFeed, SequencedEvent } from '../../platform/bus/event-port.ts';
import { type Repeating, startRepeating } from '../../platform/bus/repeating.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import { lockCursor, moveCursor, readEventsAfter, readHead } from './db/reading.ts';

const SCAN_MS = 1_000;
const BATCH = 500;
/** Who was away for longer than this many events starts anew. */
const MOST_REPEATED = 5_000;

export type FeedDeps = {
  readonly database: Database;
  readonly onError: (error: unknown, subscriber: string) => void;
};

/** What a durable subscriber does with a batch: rows only, in the transaction that also moves its cursor. */
export type FollowHandler = (tx: Tx, events: SequencedEvent[]) => Promise<void>;

/** The reading side of the log: subscribers of this process, and durable ones that continue where they were. */
export interface Feed extends EventFeed {
  /**
   * Reads on from the cursor of that name, on one node at a time. Effects that are rows happen exactly once: they commit
   * with the cursor. A handler that throws is called again with the same events a second later.
   */
  follow(name: string, types: readonly EventType[], handle: FollowHandler): () => void;
  /** New positions exist. */
  wake(): void;
  stop(): Promise<void>;
}

/** Every subscriber pulls for itself, a batch at a time: a slow one delays nobody and fills no queue. */
export function createFeed(deps: FeedDeps): Feed {
  const readers = new Set<Repeating>();
  let newest = 0n;

  const start = (name: string, work: () => Promise<number | undefined>) => {
    const reader = startRepeating({
      everyMs: SCAN_MS,
      gatherMs: 0,
      work,
      onError: (error) => deps.onError(error, name),
    });
    readers.add(reader);
    return () => {
      readers.delete(reader);
      void reader.stop();
    };
  };
  return {
    position: () => newest,
    since: async (position, types) => {
      const oldest = newest - BigInt(MOST_REPEATED);
      const from = position > oldest ? position : oldest;
      const events = await deps.database.system('event feed', (tx) =>
        readEventsAfter(tx, from, MOST_REPEATED),
      );
      return events.filter((event) => types.includes(event.type));
    },
    wake: () => {
      for (const reader of readers) reader.wake();
    },
    stop: async () => {
      await Promise.all([...readers].map((reader) => reader.stop()));
    },
    follow: (name, types, handle) => start(name, () => followOnce(deps.database, { name, types, handle })),
    subscribe: (name, types, handle) => {
      let position: bigint | undefined;
      return start(name, async () => {
        const from = position;
        const events = await deps.database.system('event feed', async (tx) => {
          if (from !== undefined) return readEventsAfter(tx, from, BATCH);
          position = await readHead(tx);
          return [];
        });
        const last = events.at(-1);
        if (last) {
          const wanted = events.filter((event) => types.includes(event.type));
          if (wanted.length > 0) await handle(wanted);
          position = last.position;
        }
        if (position !== undefined && position > newest) newest = position;
        return events.length === BATCH ? 0 : undefined;
      });
    },
  };
}

type Follower = { name: string; types: readonly EventType[]; handle: FollowHandler };

async function followOnce(
  database: Database,
  { name, types, handle }: Follower,
): Promise<number | undefined> {
  return await database.system('event follower', async (tx) => {
    const position = await lockCursor(tx, name);
    if (position === undefined) return undefined;
    const events = await readEventsAfter(tx, position, BATCH);
    const last = events.at(-1);
    if (!last) return undefined;
    const wanted = events.filter((event) => types.includes(event.type));
    if (wanted.length > 0) await handle(tx, wanted);
    await moveCursor(tx, name, last.position);
    return events.length === BATCH ? 0 : undefined;
  });
}
