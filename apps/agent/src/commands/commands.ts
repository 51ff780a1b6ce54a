import { MAX_RESULT_BYTES } from '@muster/contracts/wire';
import type { Clock } from '../clock.ts';
import { type PolicyLevel, policyAllows } from '../config/policy.ts';
import type { Executor, ExecutorContext } from '../executors/executor.ts';
import type { Log } from '../log/log.ts';
import type { System } from '../os/os.ts';
import { CommandState, type CommandUpdate, type KeyStatement } from '../wire/messages.gen.ts';
import { Caps } from './caps.ts';
import type { CatalogueEntry } from './catalogue-entry.ts';
import type { CommandJournal, EndedUpdate, JournalEntry } from './command-journal.ts';
import { Updates } from './updates.ts';
import { type Refusal, type Verified, verifyEnvelope } from './verify-envelope.ts';

/** Commands that run at the same time at most; the others wait in the order of their arrival. */
const PARALLEL = 8;
/** Commands that are known and have not ended at most; more are refused. */
const MAX_OPEN = 256;

export type CommandsDeps = {
  readonly system: System;
  readonly inventory: ExecutorContext['inventory'];
  readonly clock: Clock;
  readonly log: Log;
  readonly journal: CommandJournal;
  readonly catalogue: readonly CatalogueEntry[];
  readonly executors: Readonly<Record<string, Executor<never>>>;
  readonly caps?: Caps;
  readonly installationId: string;
  readonly deviceId: string;
  readonly policy: PolicyLevel;
  readonly statements: () => readonly KeyStatement[];
  readonly serverNowMs: () => number;
  /** Sends an update if somebody can hear it; false when nobody can. */
  readonly send: (update: CommandUpdate) => boolean;
};

const BLANK_END = { payload: '', errorCode: '', errorMessage: '' } as const;

type Running = { readonly entry: JournalEntry; readonly abort: AbortController };

/**
 * Everything between an envelope's bytes and a command's end: verify, journal, wait for not-before and for a free place,
 * run, report, and after a restart find out what became of what was running.
 */
export class Commands {
  readonly updates: Updates;
  readonly #deps: CommandsDeps;
  readonly #caps: Caps;
  readonly #running = new Map<string, Running>();
  readonly #waiting: JournalEntry[] = [];
  #verifying: Promise<void> = Promise.resolve();

  constructor(deps: CommandsDeps) {
    this.#deps = deps;
    this.#caps = deps.caps ?? new Caps();
    this.updates = new Updates(deps.journal, deps.send);
  }

  /** After a restart: what had begun is re-run, reconciled or called interrupted; what had not waits for its turn. */
  async recover(): Promise<void> {
    for (const entry of this.#deps.journal.entries()) {
      if (entry.ended) continue;
      const known = this.#deps.catalogue.find((one) => one.name === entry.name);
      if (!entry.started || known?.effect === 'idempotent') this.#takeUp(entry, known);
      else await this.#reconcile(entry);
    }
    this.#startWhatMay();
  }

  /** What was promised to another policy, or days ago to a machine that was off since, is not kept any more. */
  #takeUp(entry: JournalEntry, known: CatalogueEntry | undefined) {
    const { policy, serverNowMs } = this.#deps;
    if (known && !policyAllows(policy, known.level)) {
      const errorMessage = `this endpoint's policy is "${policy}" by now, the command needs "${known.level}"`;
      return this.#end(entry, CommandState.REFUSED, { errorCode: 'policy', errorMessage });
    }
    if (!entry.started && serverNowMs() > entry.deliverByMs) {
      const errorMessage = 'the agent ended before it began, and it was to be delivered earlier';
      return this.#end(entry, CommandState.EXPIRED, { errorCode: 'expired', errorMessage });
    }
    this.#waiting.push(entry);
  }

  /**
   * An envelope arrived; one is verified at a time, so that two copies of one command cannot pass together.
   * `deliveredAs` is the command that the server's ledger says it is: what a refusal is about, and believed for no more.
   */
  deliver(envelope: Uint8Array, deliveredAs = ''): Promise<void> {
    this.#verifying = this.#verifying
      .then(() => this.#take(envelope, deliveredAs))
      .catch((error: unknown) => {
        this.#deps.log.warn(`a command could not be taken in: ${String(error)}`);
      });
    return this.#verifying;
  }

  /** Somebody wants a command to end. One that does not run yet never will. */
  cancel(commandId: string) {
    const waiting = this.#waiting.findIndex((entry) => entry.commandId === commandId);
    const [entry] = waiting < 0 ? [] : this.#waiting.splice(waiting, 1);
    if (entry) return this.#end(entry, CommandState.CANCELLED, { errorCode: 'cancelled' });
    this.#running.get(commandId)?.abort.abort(new Cancelled());
    const known = this.#deps.journal.find(commandId) ?? this.#cancelUnheard(commandId);
    if (known.ended) this.updates.resend(known);
  }

  /** Its delivery was lost, or is still under way or being verified: whenever it comes, it is over. */
  #cancelUnheard(commandId: string): JournalEntry {
    return this.#deps.journal.cancelledUnheard(commandId, {
      ...BLANK_END,
      state: CommandState.CANCELLED,
      errorCode: 'cancelled',
      atMs: this.#deps.serverNowMs(),
    });
  }

  /** The agent ends: what runs lets go and stays open in the journal, to be taken up or reconciled at the next start. */
  stop(): void {
    this.#waiting.length = 0;
    for (const { abort } of this.#running.values()) abort.abort(new Stopping());
  }

  /** Called now and then: starts what was early, and forgets what is over. */
  tick(): void {
    this.#startWhatMay();
    this.#deps.journal.prune(this.#deps.serverNowMs());
  }

  async #take(envelope: Uint8Array, deliveredAs: string): Promise<void> {
    const { installationId, deviceId, catalogue, policy, journal } = this.#deps;
    const result = await verifyEnvelope(envelope, {
      installationId,
      deviceId,
      catalogue,
      policy,
      statements: this.#deps.statements(),
      marks: journal.marks,
      serverNowMs: this.#deps.serverNowMs(),
    });
    if (result.is === 'refused') {
      return this.#answerRefusal({ ...result, commandId: deliveredAs || result.commandId });
    }
    const { body } = result;
    if (deliveredAs !== '' && deliveredAs !== body.commandId) {
      const message = `signed as command ${body.commandId} and delivered as another`;
      return this.#answerRefusal({ is: 'refused', commandId: deliveredAs, code: 'wrong_command', message });
    }
    const known = journal.find(body.commandId);
    if (known) return this.updates.resend(known);
    journal.raise(body);
    if (journal.hasSequence(body.sequence)) {
      return this.#refuse(body.commandId, 'replayed', 'its number belongs to another command');
    }
    this.#accept(result);
  }

  #answerRefusal({ commandId, code, message }: Refusal) {
    const known = this.#deps.journal.find(commandId);
    // a copy of a command that ended here is answered with how it ended, not with a second end
    if (known) return this.updates.resend(known);
    this.#deps.log.warn(`a command was refused (${code}): ${message}`);
    if (commandId !== '') this.#refuse(commandId, code, message);
  }

  #accept({ body, entry, payload }: Verified) {
    const { journal, clock } = this.#deps;
    const open = this.#running.size + this.#waiting.length;
    if (open >= MAX_OPEN)
      return this.#refuse(body.commandId, 'busy', `${open} commands are open on this endpoint`);
    if (journal.isFull && entry.risk !== 'read') {
      return this.#refuse(
        body.commandId,
        'journal_full',
        "the endpoint's journal is full: only reading commands run",
      );
    }
    if (!this.#caps.take(entry.risk, clock.monotonicMs())) {
      const message = `this endpoint takes ${this.#caps.perHour[entry.risk]} commands of class "${entry.risk}" in an hour`;
      return this.#refuse(body.commandId, 'cap', message);
    }
    const { commandId, epoch, sequence, notBeforeMs, deliverByMs } = body;
    const timeoutMs = Math.min(body.timeoutMs || entry.timeoutMs, entry.timeoutMs);
    const received = {
      commandId,
      epoch,
      sequence,
      name: entry.name,
      payload,
      notBeforeMs,
      deliverByMs,
      timeoutMs,
    };
    try {
      this.#waiting.push(journal.received(received));
    } catch (error) {
      this.#deps.log.warn(
        `a command was refused, the journal cannot be written: ${(error as Error).message}`,
      );
      return this.#refuse(
        commandId,
        'journal_unwritable',
        "the endpoint's disk does not take the journal entry",
      );
    }
    this.updates.report({ commandId, state: CommandState.RECEIVED, atMs: this.#deps.serverNowMs() });
    this.#startWhatMay();
  }

  #startWhatMay(): void {
    const now = this.#deps.serverNowMs();
    for (const entry of [...this.#waiting]) {
      if (this.#running.size >= PARALLEL) return;
      if (entry.notBeforeMs > now) continue;
      this.#waiting.splice(this.#waiting.indexOf(entry), 1);
      this.#start(entry);
    }
  }

  #start(entry: JournalEntry) {
    const { journal, clock, executors } = this.#deps;
    const executor = executors[entry.name];
    if (!executor) return this.#end(entry, CommandState.FAILED, { errorCode: 'unknown_command' });
    try {
      journal.started(entry);
    } catch {
      const errorMessage = "the endpoint's disk does not take the journal entry";
      return this.#end(entry, CommandState.FAILED, { errorCode: 'journal_unwritable', errorMessage });
    }
    const abort = new AbortController();
    this.#running.set(entry.commandId, { entry, abort });
    this.updates.report({
      commandId: entry.commandId,
      state: CommandState.RUNNING,
      atMs: this.#deps.serverNowMs(),
    });
    const cancelTimeout = clock.after(entry.timeoutMs, () => abort.abort(new TimedOut()));
    executor
      .run(JSON.parse(entry.payload) as never, this.#contextOf(entry, abort.signal))
      .then((result) => this.#succeed(entry, JSON.stringify(result)))
      .catch((error: unknown) => this.#fail(entry, error))
      .finally(() => {
        cancelTimeout();
        this.#running.delete(entry.commandId);
        this.#startWhatMay();
      });
  }

  #succeed(entry: JournalEntry, payload: string): void {
    if (Buffer.byteLength(payload) <= MAX_RESULT_BYTES) {
      this.#end(entry, CommandState.SUCCEEDED, { payload });
    } else {
      const errorMessage = `it was done, but its result has more than the ${MAX_RESULT_BYTES} bytes that a server takes`;
      this.#end(entry, CommandState.FAILED, { errorCode: 'result_too_large', errorMessage });
    }
  }

  #contextOf(entry: JournalEntry, signal: AbortSignal): ExecutorContext {
    let number = 0;
    return {
      system: this.#deps.system,
      inventory: this.#deps.inventory,
      signal,
      emit: (progress) => {
        number += 1;
        this.updates.progress({
          commandId: entry.commandId,
          payload: JSON.stringify(progress),
          progressNumber: number,
          atMs: this.#deps.serverNowMs(),
        });
      },
    };
  }

  #fail(entry: JournalEntry, error: unknown) {
    if (error instanceof Stopping) return;
    if (error instanceof Cancelled)
      return this.#end(entry, CommandState.CANCELLED, { errorCode: 'cancelled' });
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'internal';
    const errorCode = error instanceof TimedOut ? 'timeout' : code;
    const errorMessage =
      error instanceof TimedOut ? `it did not end within ${entry.timeoutMs} ms` : (error as Error).message;
    this.#end(entry, CommandState.FAILED, { errorCode, errorMessage });
  }

  async #reconcile(entry: JournalEntry): Promise<void> {
    const executor = this.#deps.executors[entry.name];
    const found = await executor
      ?.reconcile?.(JSON.parse(entry.payload) as never, this.#deps.system)
      .catch(() => undefined);
    if (found !== undefined)
      return this.#end(entry, CommandState.SUCCEEDED, { payload: JSON.stringify(found) });
    const errorMessage = 'the agent ended while it ran, and what became of it cannot be found out';
    this.#end(entry, CommandState.INTERRUPTED, { errorCode: 'interrupted', errorMessage });
  }

  #end(entry: JournalEntry, state: number, end: Partial<EndedUpdate>): void {
    const update: EndedUpdate = { ...BLANK_END, ...end, state, atMs: this.#deps.serverNowMs() };
    const isRead = this.#deps.catalogue.find((one) => one.name === entry.name)?.risk === 'read';
    this.#deps.journal.ended(entry, update, !isRead);
    this.updates.resend(entry);
  }

  #refuse(commandId: string, code: string, message: string): void {
    const state = code === 'expired' ? CommandState.EXPIRED : CommandState.REFUSED;
    this.updates.refuse({
      commandId,
      state,
      errorCode: code,
      errorMessage: message,
      atMs: this.#deps.serverNowMs(),
    });
  }
}

class Stopping extends Error {}
class Cancelled extends Error {}
class TimedOut extends Error {}
