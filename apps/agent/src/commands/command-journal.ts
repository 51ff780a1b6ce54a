import { RecordLog } from '../journal/record-log.ts';

const RECEIVED = 1;
const STARTED = 2;
const ENDED = 3;
const ACKNOWLEDGED = 4;
const MARKS = 5;

/** A full journal takes only commands that read (foundations 3). */
const FULL_ABOVE_BYTES = 4 * 1024 * 1024;
const COMPACT_ABOVE_BYTES = 128 * 1024;
/** Above every floor: where the sequence was never heard, only time ends an entry. */
const UNHEARD_SEQUENCE = Number.MAX_SAFE_INTEGER;
/** The longest that a server lets a command wait for its endpoint. */
const LONGEST_WAIT_MS = 90 * 86_400_000;

/** What is known of one command that was taken in. */
export type JournalEntry = {
  readonly commandId: string;
  readonly epoch: number;
  readonly sequence: number;
  readonly name: string;
  /** JSON of the checked payload. */
  readonly payload: string;
  readonly notBeforeMs: number;
  readonly deliverByMs: number;
  readonly timeoutMs: number;
  /** Intent is on disk: the effect may have begun. */
  started: boolean;
  ended?: EndedUpdate;
  acknowledged: boolean;
};

/** How a command ended; a result of a reading command is not kept over a restart. */
export type EndedUpdate = {
  readonly state: number;
  readonly payload: string;
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly atMs: number;
};

type Marks = { epoch: number; floor: number; sequence: number };

/**
 * Which commands this endpoint has taken in, begun and ended: nothing runs twice. Intent is on the disk before the
 * effect. Entries go when nobody can deliver them again: below the floor, or acknowledged and past deliver-by.
 */
export class CommandJournal {
  readonly #log: RecordLog;
  readonly #entries = new Map<string, JournalEntry>();
  #marks: Marks = { epoch: 0, floor: 0, sequence: 0 };

  constructor(path: string) {
    this.#log = RecordLog.open(path, ({ type, payload }) => {
      this.#replay(type, JSON.parse(new TextDecoder().decode(payload)));
    });
  }

  /** Highest epoch, floor and sequence seen. */
  get marks(): Readonly<Marks> {
    return this.#marks;
  }

  get isFull(): boolean {
    return this.#log.bytes > FULL_ABOVE_BYTES;
  }

  entries(): JournalEntry[] {
    return [...this.#entries.values()];
  }

  find(commandId: string): JournalEntry | undefined {
    return this.#entries.get(commandId);
  }

  hasSequence(sequence: number): boolean {
    return this.entries().some((entry) => entry.sequence === sequence);
  }

  /** Raises the marks; a higher epoch starts sequences and floor anew. Saved with the next entry or compaction. */
  raise({ epoch, floor, sequence }: Marks): void {
    if (epoch > this.#marks.epoch) {
      this.#marks = { epoch, floor, sequence };
      for (const entry of this.entries()) if (entry.ended) this.#entries.delete(entry.commandId);
    } else {
      this.#marks.floor = Math.max(this.#marks.floor, floor);
      this.#marks.sequence = Math.max(this.#marks.sequence, sequence);
    }
  }

  /** Throws when the disk does not take it: then the command was not taken in. */
  received(entry: Omit<JournalEntry, 'started' | 'acknowledged'>): JournalEntry {
    const kept: JournalEntry = { ...entry, started: false, acknowledged: false };
    this.#write(RECEIVED, { entry, marks: this.#marks }, true);
    this.#entries.set(entry.commandId, kept);
    return kept;
  }

  /**
   * A command that was cancelled before it came counts as ended, so that a late delivery never runs. A full journal does
   * not remember it: then nothing that changes anything runs either.
   */
  cancelledUnheard(commandId: string, ended: EndedUpdate): JournalEntry {
    const entry: JournalEntry = {
      commandId,
      epoch: this.#marks.epoch,
      sequence: UNHEARD_SEQUENCE,
      name: '',
      payload: '{}',
      notBeforeMs: 0,
      deliverByMs: ended.atMs + LONGEST_WAIT_MS,
      timeoutMs: 0,
      started: false,
      ended,
      acknowledged: false,
    };
    if (this.isFull) return entry;
    this.#quietly(RECEIVED, { entry, marks: this.#marks });
    this.#entries.set(commandId, entry);
    return entry;
  }

  /** On disk before the effect begins. Throws when the disk does not take it: then it must not begin. */
  started(entry: JournalEntry): void {
    this.#write(STARTED, { commandId: entry.commandId }, true);
    entry.started = true;
  }

  ended(entry: JournalEntry, update: EndedUpdate, keepPayload: boolean): void {
    entry.ended = update;
    const kept = keepPayload ? update : { ...update, payload: '' };
    this.#quietly(ENDED, { commandId: entry.commandId, ended: kept });
  }

  acknowledged(entry: JournalEntry): void {
    entry.acknowledged = true;
    if (entry.ended) entry.ended = { ...entry.ended, payload: '' };
    this.#quietly(ACKNOWLEDGED, { commandId: entry.commandId });
  }

  /** Forgets what cannot come again, and rewrites the file when most of it is dead. */
  prune(serverNowMs: number): void {
    for (const entry of this.#entries.values()) {
      if (!entry.acknowledged) continue;
      if (entry.sequence < this.#marks.floor || serverNowMs > entry.deliverByMs)
        this.#entries.delete(entry.commandId);
    }
    if (this.#log.bytes > COMPACT_ABOVE_BYTES || (this.#entries.size === 0 && this.#log.bytes > 4096))
      this.#compact();
  }

  close(): void {
    this.#log.close();
  }

  #replay(type: number, record: unknown): void {
    const { entry, marks, commandId, ended } = record as {
      entry?: JournalEntry;
      marks?: Marks;
      commandId?: string;
      ended?: EndedUpdate;
    };
    if (marks) this.#marks = marks;
    if (type === RECEIVED && entry)
      this.#entries.set(entry.commandId, {
        ...entry,
        started: entry.started ?? false,
        acknowledged: entry.acknowledged ?? false,
      });
    const known = this.#entries.get(commandId ?? '');
    if (!known) return;
    if (type === STARTED) known.started = true;
    if (type === ENDED && ended) known.ended = ended;
    if (type === ACKNOWLEDGED) known.acknowledged = true;
  }

  #compact(): void {
    const records = [
      { type: MARKS, payload: bytesOf({ marks: this.#marks }) },
      ...this.entries().map((entry) => ({ type: RECEIVED, payload: bytesOf({ entry }) })),
    ];
    try {
      this.#log.rewrite(records);
    } catch {
      // the old file stays as it is, and is right
    }
  }

  #write(type: number, record: unknown, sync: boolean): void {
    this.#log.append(type, bytesOf(record), sync);
  }

  /** Losing one of these costs a repeated message, never a repeated effect. */
  #quietly(type: number, record: unknown): void {
    try {
      this.#write(type, record, true);
    } catch {
      // see above
    }
  }
}

function bytesOf(record: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(record));
}
