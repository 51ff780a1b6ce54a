import type { EventPayload, EventType, OrgId } from '@muster/contracts';
import type { Tx } from '../db/index.ts';

/** A state change to announce. `subjectId` is the id of the noun that the catalogue names as the event's subject. */
export type NewEvent<Type extends EventType = EventType> = {
  [T in Type]: {
    readonly type: T;
    readonly orgId: OrgId;
    readonly subjectId: string;
    readonly payload: EventPayload<T>;
    /** Id of the person who caused it; left out when the system or a device did. */
    readonly actor?: string | undefined;
  };
}[Type];

/** How modules announce state changes; modules/events is behind it. */
export interface EventPort {
  /** Appends in the caller's transaction (an outbox row). Throws invalid_input when the payload breaks the catalogue. */
  append(tx: Tx, event: NewEvent): Promise<void>;
  /** Appends several in one statement. */
  appendMany(tx: Tx, events: readonly NewEvent[]): Promise<void>;
  /** After commit: wakes the sequencer. A hint; a commit that forgets it is found within a second. */
  committed(): void;
}

/** An event with its place in commit order. Positions rise without gaps that could still be filled. */
export type SequencedEvent<Type extends EventType = EventType> = NewEvent<Type> & {
  readonly id: string;
  readonly position: bigint;
  readonly version: number;
  readonly occurredAt: Date;
};

/** How subscribers read events: each sees every event of its types, in order, exactly once while this process lives. */
export interface EventFeed {
  /**
   * Starts at the present. Batches arrive in order of position; the next one waits for the handler's promise. Returns
   * the function that ends the subscription.
   */
  subscribe(
    name: string,
    types: readonly EventType[],
    handle: (events: SequencedEvent[]) => void | Promise<void>,
  ): () => void;
  /** Events of these types after a position, in order; of the newest few thousand events only. */
  since(position: bigint, types: readonly EventType[]): Promise<SequencedEvent[]>;
  /** Position of the newest event handed to this process. */
  position(): bigint;
}
