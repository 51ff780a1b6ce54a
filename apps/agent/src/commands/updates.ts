import { CommandState, type CommandUpdate } from '../wire/messages.gen.ts';
import type { CommandJournal, JournalEntry } from './command-journal.ts';

/** Refusals that wait for an acknowledgement at most: they have no journal entry. */
const MAX_REFUSALS = 256;
/** Results in memory at most, over all commands (characters); beyond it the oldest are given up. */
const MAX_RESULTS = 8 * 1024 * 1024;

const encoder = new TextEncoder();

type Short = { readonly commandId: string; readonly state: number; readonly atMs: number };

/** Reports about commands: ends are repeated until the server has them, everything before an end is said once. */
export class Updates {
  readonly #journal: CommandJournal;
  readonly #send: (update: CommandUpdate) => boolean;
  readonly #refusals = new Map<string, CommandUpdate>();

  constructor(journal: CommandJournal, send: (update: CommandUpdate) => boolean) {
    this.#journal = journal;
    this.#send = send;
  }

  /** Received or running: a hint for people who watch. */
  report(update: Short): void {
    this.#send(complete(update));
  }

  progress(update: { commandId: string; payload: string; progressNumber: number; atMs: number }): void {
    const { payload, ...rest } = update;
    this.#send({
      ...complete({ ...rest, state: CommandState.PROGRESS }),
      payload: encoder.encode(payload),
      ...rest,
    });
  }

  refuse(update: Short & { readonly errorCode: string; readonly errorMessage: string }): void {
    const whole = { ...complete(update), errorCode: update.errorCode, errorMessage: update.errorMessage };
    this.#refusals.delete(update.commandId);
    this.#refusals.set(update.commandId, whole);
    for (const oldest of this.#refusals.keys()) {
      if (this.#refusals.size <= MAX_REFUSALS) break;
      this.#refusals.delete(oldest);
    }
    this.#send(whole);
  }

  /** Says again where this command stands. */
  resend(entry: JournalEntry): void {
    this.#boundResults();
    this.#send(entry.ended ? endOf(entry) : complete({ ...entry, state: stateOf(entry), atMs: 0 }));
  }

  /** The server has stored this state. */
  acknowledged(commandId: string, state: number): void {
    if (this.#refusals.get(commandId)?.state === state) this.#refusals.delete(commandId);
    const entry = this.#journal.find(commandId);
    if (entry?.ended && entry.ended.state === state && !entry.acknowledged) this.#journal.acknowledged(entry);
  }

  /** Ends that the server has not acknowledged, oldest first. */
  unacknowledged(): CommandUpdate[] {
    const ended = this.#journal.entries().filter((entry) => entry.ended && !entry.acknowledged);
    return [...ended.map(endOf), ...this.#refusals.values()];
  }

  /** Keeps the memory that results take bounded while no server takes them. */
  #boundResults(): void {
    const held = this.#journal.entries().filter((entry) => entry.ended && !entry.acknowledged);
    let size = held.reduce((sum, entry) => sum + (entry.ended?.payload.length ?? 0), 0);
    for (const entry of held) {
      if (size <= MAX_RESULTS || !entry.ended) break;
      size -= entry.ended.payload.length;
      entry.ended = {
        ...entry.ended,
        state: CommandState.INTERRUPTED,
        payload: '',
        errorCode: 'result_dropped',
        errorMessage: 'it ended while the server was away, and its result was too large to keep',
      };
    }
  }
}

function stateOf(entry: JournalEntry): number {
  return entry.started ? CommandState.RUNNING : CommandState.RECEIVED;
}

function endOf(entry: JournalEntry): CommandUpdate {
  const { commandId, ended } = entry;
  if (!ended) return complete({ commandId, state: stateOf(entry), atMs: 0 });
  return {
    ...complete({ commandId, ...ended }),
    ...ended,
    payload: encoder.encode(ended.payload),
    commandId,
  };
}

function complete({ commandId, state, atMs }: Short): CommandUpdate {
  return {
    commandId,
    state,
    payload: new Uint8Array(0),
    errorCode: '',
    errorMessage: '',
    atMs,
    progressNumber: 0,
  };
}
