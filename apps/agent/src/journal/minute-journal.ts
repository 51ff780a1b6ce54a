import { decode, encode } from '../wire/codec.ts';
import { Minute } from '../wire/messages.gen.ts';
import { RecordLog } from './record-log.ts';

const MINUTE = 1;
const ACKNOWLEDGED = 2;
const LAST = 3;

export type MinuteJournalLimits = {
  /** Minutes that wait at most; the server keeps minutes for seven days. */
  readonly minutes: number;
  readonly bytes: number;
  /** Minutes kept in memory while the disk is full. */
  readonly unsaved: number;
};

export const MINUTE_JOURNAL_LIMITS: MinuteJournalLimits = {
  minutes: 7 * 1440,
  bytes: 8 * 1024 * 1024,
  unsaved: 60,
};

/** Below this size dead records are not worth a rewrite (bytes). */
const COMPACT_ABOVE_BYTES = 256 * 1024;

/**
 * Closed minutes until the server acknowledges them (foundations: a minute is never lost). Only numbers and offsets are
 * in memory. Beyond its limits the oldest minutes are given up and counted; with a full disk the newest are kept in
 * memory. Whatever a crash repeats, the server drops: a minute that it has already changes nothing.
 */
export class MinuteJournal {
  readonly #log: RecordLog;
  readonly #limits: MinuteJournalLimits;
  #minutes: number[] = [];
  #offsets: number[] = [];
  readonly #unsaved: Minute[] = [];
  #last = 0;
  #dropped = 0;

  constructor(path: string, limits: MinuteJournalLimits = MINUTE_JOURNAL_LIMITS) {
    this.#limits = limits;
    this.#log = RecordLog.open(path, ({ type, payload }, offset) => {
      if (type === MINUTE) this.#admit(decode(Minute, payload).minute, offset);
      else if (type === ACKNOWLEDGED) this.#forget(new Set(numbersFrom(payload)));
      else if (type === LAST) this.#last = Math.max(this.#last, numbersFrom(payload)[0] ?? 0);
    });
  }

  /** Minutes that wait for an acknowledgement. */
  get waiting(): number {
    return this.#minutes.length + this.#unsaved.length;
  }

  /** Number of the newest minute ever closed here: a minute is closed once, also across a restart. */
  get lastMinute(): number {
    return this.#last;
  }

  /** Minutes given up since start because the journal was full. */
  get dropped(): number {
    return this.#dropped;
  }

  get bytes(): number {
    return this.#log.bytes;
  }

  append(minute: Minute): void {
    this.#last = Math.max(this.#last, minute.minute);
    this.#unsaved.push(minute);
    this.#save();
    this.#enforceLimits();
  }

  /** The oldest waiting minutes, at most `limit`. */
  oldest(limit: number): Minute[] {
    const saved = this.#offsets.slice(0, limit).map((offset) => decode(Minute, this.#log.read(offset)));
    return [...saved, ...this.#unsaved.slice(0, limit - saved.length)];
  }

  /** The server has these, or has refused them for good. */
  acknowledge(minutes: readonly number[]): void {
    const known = new Set(minutes);
    this.#dropUnsaved((minute) => known.has(minute.minute));
    const before = this.#minutes.length;
    this.#forget(known);
    if (this.#minutes.length === before) return;
    this.#quietly(() => {
      if (this.#minutes.length === 0) this.#restart();
      else this.#log.append(ACKNOWLEDGED, bytesOf(minutes));
    });
    this.#compact();
  }

  /** Renumbers the `newest` minutes, those closed last, whose clock turned out to be `by` minutes wrong. */
  shift(newest: number, by: number): void {
    const first = Math.max(0, this.waiting - newest);
    const moved = this.#minutes
      .map((minute, index) => ({
        offset: this.#offsets[index] ?? 0,
        minute: index < first ? minute : minute + by,
      }))
      .sort((one, other) => one.minute - other.minute);
    this.#quietly(() => {
      this.#offsets = this.#log.rewrite(this.#renumbered(moved));
      this.#minutes = moved.map(({ minute }) => minute);
    });
    for (const [index, minute] of this.#unsaved.entries()) {
      if (this.#minutes.length + index >= first) minute.minute += by;
    }
    this.#last = Math.max(0, ...this.#unsaved.map(({ minute }) => minute), this.#minutes.at(-1) ?? 0);
  }

  /**
   * A newest minute later than `current` was closed by a clock that ran ahead. It must not keep the minutes of today from
   * being closed. True when it was so.
   */
  forgetAhead(current: number): boolean {
    if (this.#last <= current) return false;
    this.#last = current - 1;
    return true;
  }

  close(): void {
    this.#log.close();
  }

  #save(): void {
    this.#quietly(() => {
      for (let next = this.#unsaved[0]; next !== undefined; next = this.#unsaved[0]) {
        this.#admit(next.minute, this.#log.append(MINUTE, encode(Minute, next)));
        this.#unsaved.shift();
      }
    });
  }

  #admit(minute: number, offset: number): void {
    this.#last = Math.max(this.#last, minute);
    this.#minutes.push(minute);
    this.#offsets.push(offset);
  }

  #forget(known: ReadonlySet<number>): void {
    const kept = this.#minutes.map((minute) => !known.has(minute));
    this.#minutes = this.#minutes.filter((_, index) => kept[index]);
    this.#offsets = this.#offsets.filter((_, index) => kept[index]);
  }

  #enforceLimits(): void {
    const surplus = this.#unsaved.length - this.#limits.unsaved;
    if (surplus > 0) {
      this.#unsaved.splice(0, surplus);
      this.#dropped += surplus;
    }
    const overCount = this.#minutes.length - this.#limits.minutes;
    // a tenth at a time, so that a journal that stays full is not rewritten each minute
    const overBytes = this.#log.bytes > this.#limits.bytes ? Math.ceil(this.#minutes.length / 10) : 0;
    const drop = Math.max(overCount, overBytes);
    if (drop <= 0) return;
    this.#minutes.splice(0, drop);
    this.#offsets.splice(0, drop);
    this.#dropped += drop;
    this.#compact();
  }

  #compact(): void {
    const average = this.#minutes.length === 0 ? 0 : this.#log.bytes / (this.#minutes.length + 1);
    const first = this.#offsets[0] ?? this.#log.bytes;
    const full = this.#log.bytes > this.#limits.bytes;
    if (!full && (this.#log.bytes < COMPACT_ABOVE_BYTES || first < this.#log.bytes / 2 + average)) return;
    this.#quietly(() => {
      this.#offsets = this.#log.rewrite(this.#records());
    });
  }

  *#records(): Iterable<{ type: number; payload: Uint8Array }> {
    for (const offset of this.#offsets) yield { type: MINUTE, payload: this.#log.read(offset) };
  }

  /** One at a time: days of minutes do not fit into the memory that an agent may have. */
  *#renumbered(minutes: Iterable<{ offset: number; minute: number }>) {
    for (const { offset, minute } of minutes) {
      const record = decode(Minute, this.#log.read(offset));
      yield { type: MINUTE, payload: encode(Minute, { ...record, minute }) };
    }
  }

  #restart(): void {
    this.#log.clear();
    this.#log.append(LAST, bytesOf([this.#last]));
  }

  #dropUnsaved(isKnown: (minute: Minute) => boolean): void {
    const kept = this.#unsaved.filter((minute) => !isKnown(minute));
    this.#unsaved.splice(0, this.#unsaved.length, ...kept);
  }

  /** A full or failing disk must not stop the agent: what is in memory stays true, and the next write tries again. */
  #quietly(write: () => void): void {
    try {
      write();
    } catch {
      // see above
    }
  }
}

function bytesOf(numbers: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(numbers).buffer);
}

function numbersFrom(payload: Uint8Array): number[] {
  return [...new Uint32Array(payload.slice().buffer, 0, Math.floor(payload.length / 4))];
}
