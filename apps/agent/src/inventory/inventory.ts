import type { Clock } from '../clock.ts';
import type { StateFolder } from '../identity/state-folder.ts';
import type { Log } from '../log/log.ts';
import type { Draft } from '../wire/codec.ts';
import type { AgentFrame, InventoryReply, InventoryUpdate } from '../wire/messages.gen.ts';
import { acknowledge, forget, readOutbox } from './outbox.ts';

/** Six hours, unless the server says otherwise. */
const DEFAULT_EVERY_MS = 6 * 3_600_000;
/** A machine that has just started has other things to do, and a fleet that comes back must not send at one moment. */
const FIRST_AFTER_MS = 20_000;
const SPREAD_MS = 40_000;
const REPLY_WITHIN_MS = 60_000;
const RETRY_AFTER_MS = 5 * 60_000;

export type InventoryDeps = {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly folder: StateFolder;
  readonly serverNowMs: () => number;
  /** Runs the collecting process; rejects when it failed. No categories: all. */
  readonly collect: (categories: readonly string[], atMs: number, signal?: AbortSignal) => Promise<void>;
  /** By socket; false when it was not sent. */
  readonly send: (frame: Draft<AgentFrame>) => boolean;
};

/** How one category went. */
export type CategoryReport = {
  readonly category: string;
  /** Items that came, changed or went. */
  readonly changes: number;
  readonly note: string;
};

type Waiting = { readonly category: string; readonly answer: (reply: InventoryReply | undefined) => void };

/** Keeps the server's picture of this machine: collects by schedule or when asked, and sends differences. */
export class Inventory {
  readonly #deps: InventoryDeps;
  #everyMs = DEFAULT_EVERY_MS;
  #dueAtMs: number;
  #waiting: Waiting | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #isRunning = false;

  constructor(deps: InventoryDeps) {
    this.#deps = deps;
    this.#dueAtMs = deps.clock.monotonicMs() + FIRST_AFTER_MS + deps.random() * SPREAD_MS;
  }

  setInterval(everyMs: number): void {
    if (everyMs === this.#everyMs) return;
    this.#everyMs = everyMs;
    const { clock, random } = this.#deps;
    this.#dueAtMs = Math.min(this.#dueAtMs, clock.monotonicMs() + everyMs * (0.9 + random() * 0.2));
  }

  /** Called while the server hears us. */
  tick(): void {
    const now = this.#deps.clock.monotonicMs();
    if (this.#isRunning || now < this.#dueAtMs) return;
    this.#dueAtMs = now + this.#everyMs * (0.9 + this.#deps.random() * 0.2);
    this.collect([]).catch((error: unknown) => {
      this.#dueAtMs = this.#deps.clock.monotonicMs() + RETRY_AFTER_MS;
      this.#deps.log.warn(
        `the inventory was not sent: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
  }

  /** Looks now and sends what changed, one collection after the other. Resolves when the server has it. */
  collect(categories: readonly string[], signal?: AbortSignal): Promise<CategoryReport[]> {
    const run = async () => {
      this.#isRunning = true;
      try {
        return await this.#collect(categories, signal);
      } finally {
        this.#isRunning = false;
      }
    };
    const result = this.#running.then(run);
    this.#running = result.catch(() => undefined);
    return result;
  }

  /** The server answered an update. */
  answered(reply: InventoryReply): void {
    if (this.#waiting?.category === reply.category) this.#waiting.answer(reply);
  }

  /** The way to the server is gone: what was under way is sent another time. */
  lost(): void {
    this.#waiting?.answer(undefined);
  }

  async #collect(categories: readonly string[], signal?: AbortSignal): Promise<CategoryReport[]> {
    await this.#deps.collect(categories, this.#deps.serverNowMs(), signal);
    const { reports, again } = await this.#sendAll(signal);
    if (again.length === 0) return reports;
    // The server has another state than we thought: everything of these categories, once.
    for (const category of again) forget(this.#deps.folder, category);
    await this.#deps.collect(again, this.#deps.serverNowMs(), signal);
    const second = await this.#sendAll(signal);
    if (second.again.length > 0)
      throw new Error(`the server keeps asking for all of ${second.again.join(', ')}`);
    return [...reports, ...second.reports];
  }

  async #sendAll(signal?: AbortSignal): Promise<{ reports: CategoryReport[]; again: string[] }> {
    const reports: CategoryReport[] = [];
    const again: string[] = [];
    const over = new Set<string>();
    let changes = 0;
    for (const update of readOutbox(this.#deps.folder)) {
      const { category } = update;
      if (over.has(category)) continue;
      signal?.throwIfAborted();
      const reply = await this.#exchange(update);
      changes += update.upserts.length + update.removed.length;
      if (reply.refused !== '') {
        this.#deps.log.warn(`the server refuses the inventory of ${category}: ${reply.refused}`);
        reports.push({ category, changes: 0, note: `refused: ${reply.refused}` });
        over.add(category);
      } else if (reply.wantAll) {
        again.push(category);
        over.add(category);
      } else if (!update.more) {
        acknowledge(this.#deps.folder, category);
        reports.push({ category, changes, note: update.note });
      }
      if (!update.more || over.has(category)) changes = 0;
    }
    return { reports, again };
  }

  async #exchange(update: InventoryUpdate): Promise<InventoryReply> {
    const { promise, resolve } = Promise.withResolvers<InventoryReply | undefined>();
    this.#waiting = { category: update.category, answer: resolve };
    const timer = setTimeout(() => resolve(undefined), REPLY_WITHIN_MS);
    try {
      if (!this.#deps.send({ inventory: update })) throw new Error('the server cannot be reached');
      const reply = await promise;
      if (!reply) throw new Error('the server did not answer');
      return reply;
    } finally {
      clearTimeout(timer);
      this.#waiting = undefined;
    }
  }
}
