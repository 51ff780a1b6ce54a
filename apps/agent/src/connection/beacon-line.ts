import type { Clock } from '../clock.ts';
import type { Log } from '../log/log.ts';

/** The first beacon after the socket is lost goes out within this time; the socket itself may well be back by then. */
const FIRST_WITHIN_MS = 5_000;
const DEFAULT_INTERVAL_MS = 60_000;

export type BeaconLineDeps = {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Sends one beacon through gateway number `turn` and takes in what it brings; rejects when that failed. */
  readonly exchange: (turn: number) => Promise<void>;
};

/** While the socket is away a beacon goes out, the first almost at once and then one each interval (HB-1). */
export class BeaconLine {
  readonly #deps: BeaconLineDeps;
  #intervalMs = DEFAULT_INTERVAL_MS;
  #cancel: (() => void) | undefined;
  #isUnderWay = false;
  #isHurried = false;
  #turn = 0;

  constructor(deps: BeaconLineDeps) {
    this.#deps = deps;
  }

  setInterval(ms: number): void {
    this.#intervalMs = ms;
  }

  /** The socket is away. Called again while it is, it changes nothing. */
  start(): void {
    this.#cancel ??= this.#deps.clock.after(this.#deps.random() * FIRST_WITHIN_MS, () => this.#due());
  }

  /** The socket is back, or the agent ends. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#isHurried = false;
  }

  /**
   * Sends one as soon as it may, if the line is in use: there is something to report. What comes up while one is under way,
   * such as the end of a command that its reply brought, goes out right behind it.
   */
  hurry(): void {
    if (!this.#cancel) return;
    this.#isHurried = this.#isUnderWay;
    if (this.#isHurried) return;
    this.stop();
    this.#cancel = this.#deps.clock.after(0, () => this.#due());
  }

  #due(): void {
    this.#cancel = this.#deps.clock.after(this.#intervalMs, () => this.#due());
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    this.#deps
      .exchange(this.#turn)
      .catch((error: unknown) => {
        if (this.#turn < 3 || this.#turn % 60 === 0) {
          this.#deps.log.warn(`beacon: ${error instanceof Error ? error.message : String(error)}`);
        }
        this.#turn += 1;
      })
      .finally(() => {
        this.#isUnderWay = false;
        if (this.#isHurried) this.hurry();
      });
  }
}
