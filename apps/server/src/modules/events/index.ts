import type { EventPort } from '../../platform/bus/event-port.ts';
import type { Repeating } from '../../platform/bus/repeating.ts';
import type { Database } from '../../platform/db/index.ts';
import { appendEvents } from './append-events.ts';
import { createFeed, type Feed } from './feed.ts';
import { startSequencer } from './sequencer.ts';

export type { SequencedEvent } from '../../platform/bus/event-port.ts';

export type EventsDeps = {
  readonly database: Database;
  readonly onError: (error: unknown, part: string) => void;
  readonly now?: () => Date;
};

/** Events from the change to the subscriber: the port that modules append to, and the feed that they read from. */
export interface Events extends EventPort {
  readonly feed: Feed;
  /** Starts this node's sequencer. Before it, appended events wait in the outbox. */
  start(): void;
  /** Ends sequencer and subscribers and gives the lease back. */
  stop(): Promise<void>;
}

/** Wires outbox, sequencer and feed. */
export function createEvents(deps: EventsDeps): Events {
  const now = deps.now ?? (() => new Date());
  const feed = createFeed({ database: deps.database, onError: deps.onError });
  let sequencer: Repeating | undefined;
  return {
    append: (tx, event) => appendEvents(tx, [event], now()),
    appendMany: (tx, events) => appendEvents(tx, events, now()),
    committed: () => sequencer?.wake(),
    feed,
    start: () => {
      sequencer ??= startSequencer({
        database: deps.database,
        now,
        onError: (error) => deps.onError(error, 'event sequencer'),
        onSequenced: feed.wake,
      });
    },
    stop: async () => {
      await sequencer?.stop();
      await feed.stop();
    },
  };
}
