/** A better reading replaces the anchor when it moves time by more than this; less is the noise of the network. */
const SETTLED_WITHIN_MS = 250;

export type ServerClockDeps = {
  /** Keeps counting in sleep. */
  readonly monotonicMs: () => number;
  readonly wallMs: () => number;
};

/**
 * Server time on this machine: what the server said at the handshake, carried on by the monotonic clock, so that a wall
 * clock that jumps moves nothing. Before the first handshake it is the wall clock with the correction that the last
 * run learnt.
 */
export class ServerClock {
  readonly #deps: ServerClockDeps;
  #offset: number;
  #anchored = false;

  constructor(deps: ServerClockDeps, lastWallOffsetMs: number) {
    this.#deps = deps;
    this.#offset = deps.wallMs() + lastWallOffsetMs - deps.monotonicMs();
  }

  /** Milliseconds since the Unix epoch, server time. */
  now(): number {
    return Math.round(this.#deps.monotonicMs() + this.#offset);
  }

  /** Whether the server has been heard in this run. */
  get isAnchored(): boolean {
    return this.#anchored;
  }

  /** Server time minus wall clock now, to be kept for the next start. */
  get wallOffsetMs(): number {
    return Math.round(this.now() - this.#deps.wallMs());
  }

  /** The server said that it is `serverTimeMs` now. Returns by how many milliseconds our time moved. */
  anchor(serverTimeMs: number): number {
    const offset = serverTimeMs - this.#deps.monotonicMs();
    const moved = offset - this.#offset;
    const first = !this.#anchored;
    this.#anchored = true;
    if (!first && Math.abs(moved) <= SETTLED_WITHIN_MS) return 0;
    this.#offset = offset;
    return moved;
  }
}
