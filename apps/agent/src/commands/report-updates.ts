import type { Clock } from '../clock.ts';
import { CommandState, type CommandUpdate } from '../wire/messages.gen.ts';
import type { Updates } from './updates.ts';

/** Updates in one beacon at most: its body has to stay below a frame's size. */
const UPDATES_PER_BEACON = 20;
const BEACON_BYTES = 700_000;
/** An end that the server has not stored by then is told again: its database may have been away. */
const TELL_AGAIN_MS = 10_000;
/** Told again at a time at most, which stays below what a server takes in a minute. */
const TELL_AGAIN_UPDATES = 100;
const TELL_AGAIN_BYTES = 2_000_000;

export type ReportUpdatesDeps = {
  readonly clock: Clock;
  readonly serverNowMs: () => number;
  readonly updates: () => Updates;
  /** By socket; false when there is none. */
  readonly send: (update: CommandUpdate) => boolean;
  /** An end waits that only a beacon can carry. */
  readonly hurry: () => void;
};

/** Carries to the server what became of commands, and says it again until the server has stored it. */
export class ReportUpdates {
  readonly #deps: ReportUpdatesDeps;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  constructor(deps: ReportUpdatesDeps) {
    this.#deps = deps;
  }

  /** True when it went out by socket. */
  report(update: CommandUpdate): boolean {
    if (this.#deps.send(update)) return true;
    if (update.state >= CommandState.SUCCEEDED) this.#deps.hurry();
    return false;
  }

  /** A socket is there again. */
  reportAll(): void {
    for (const update of this.#deps.updates().unacknowledged()) this.report(update);
  }

  /** Time passes while the socket is ready. */
  tellAgain(): void {
    const now = this.#deps.clock.monotonicMs();
    if (now - this.#toldAtMs < TELL_AGAIN_MS) return;
    this.#toldAtMs = now;
    const before = this.#deps.serverNowMs() - TELL_AGAIN_MS;
    const late = this.#deps
      .updates()
      .unacknowledged()
      .filter(({ atMs }) => atMs < before);
    for (const update of thatFit(late, TELL_AGAIN_UPDATES, TELL_AGAIN_BYTES)) this.report(update);
  }

  forBeacon(): CommandUpdate[] {
    return thatFit(this.#deps.updates().unacknowledged(), UPDATES_PER_BEACON, BEACON_BYTES);
  }
}

/** The first of them within both limits; one alone may be larger. */
function thatFit(updates: readonly CommandUpdate[], count: number, maxBytes: number): CommandUpdate[] {
  let bytes = 0;
  return updates.slice(0, count).filter((update, index) => {
    bytes += update.payload.length;
    return index === 0 || bytes <= maxBytes;
  });
}
