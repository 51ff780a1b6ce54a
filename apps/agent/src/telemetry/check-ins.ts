import { MAX_MINUTES_PER_CHECK_IN } from '@muster/contracts/wire';
import type { Clock } from '../clock.ts';
import type { Draft } from '../wire/codec.ts';
import type { CheckIn, CheckInReply } from '../wire/messages.gen.ts';
import type { Telemetry } from './telemetry.ts';

const DEFAULT_INTERVAL_MS = 60_000;
/** A check-in is called overdue this much after its interval: samples come each 10 s, and closing decides. */
const SLACK_MS = 9_000;
/** A minute that closes this much before the interval is over is the one to report at; minutes close 60 s apart. */
const HALF_A_MINUTE_MS = 30_000;

/** HB-3 on the wire: what goes up each minute, what is acknowledged, and when the next is due. */
export class CheckIns {
  readonly #clock: Clock;
  readonly #telemetry: Telemetry;
  #intervalMs = DEFAULT_INTERVAL_MS;
  #lastAtMs = Number.NEGATIVE_INFINITY;
  #id = 0;
  #hasBacklog = false;

  constructor({ clock, telemetry }: { clock: Clock; telemetry: Telemetry }) {
    this.#clock = clock;
    this.#telemetry = telemetry;
  }

  /** Whether that is another interval than before. */
  setInterval(ms: number): boolean {
    const isOther = ms !== this.#intervalMs;
    this.#intervalMs = ms;
    return isOther;
  }

  /** A minute that closes is reported at once (agents close at different seconds, so they do not all call together). */
  isDue(closedMinute: boolean): boolean {
    const since = this.#clock.monotonicMs() - this.#lastAtMs;
    const isShort = this.#intervalMs < DEFAULT_INTERVAL_MS;
    if (!closedMinute) return since >= this.#intervalMs + (isShort ? 0 : SLACK_MS);
    return since >= (isShort ? this.#intervalMs / 2 : this.#intervalMs - HALF_A_MINUTE_MS);
  }

  /** The last answer took minutes, and more are waiting. */
  get hasBacklog(): boolean {
    return this.#hasBacklog;
  }

  /** The next check-in. While the server does not store our minutes, one is enough to ask whether it does by now. */
  next(isActive: boolean): Draft<CheckIn> {
    this.#lastAtMs = this.#clock.monotonicMs();
    this.#hasBacklog = false;
    this.#id += 1;
    const minutes = this.#telemetry.oldestMinutes(isActive ? MAX_MINUTES_PER_CHECK_IN : 1);
    return {
      id: this.#id,
      minutes,
      minutesLeft: this.#telemetry.waitingMinutes - minutes.length,
      health: this.#telemetry.health(),
    };
  }

  answered(reply: CheckInReply): void {
    const done = [...reply.acknowledgedMinutes, ...reply.refusedMinutes];
    this.#telemetry.acknowledge(done);
    this.#hasBacklog = done.length > 0 && this.#telemetry.waitingMinutes > 0;
  }
}
