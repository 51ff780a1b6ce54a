/** A piece of work that runs one at a time: soon after each wake-up, and at least every `everyMs`. */
export interface Repeating {
  /** Asks for a run within `delayMs`; wake-ups share a run, those during a run lead to one more. */
  wake(delayMs?: number): void;
  /** Ends it; resolves when the run under way has finished. */
  stop(): Promise<void>;
}

export type RepeatingOptions = {
  /** Does one portion; returns in how many milliseconds there is more to do, undefined for not before `everyMs`. */
  readonly work: () => Promise<number | undefined>;
  readonly onError: (error: unknown) => void;
  readonly everyMs: number;
  /** How long a wake-up without a delay of its own waits for others to join it. */
  readonly gatherMs: number;
};

/** Starts the work; its first run is at once. A failing run is reported and tried again after `everyMs`. */
export function startRepeating(options: RepeatingOptions): Repeating {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let firesAt = Number.POSITIVE_INFINITY;
  let running: Promise<void> | undefined;
  let wantedMs = options.everyMs;
  let stopped = false;

  const arm = (delayMs: number) => {
    if (timer) clearTimeout(timer);
    firesAt = performance.now() + delayMs;
    timer = setTimeout(() => {
      running = run();
    }, delayMs);
  };
  const run = async () => {
    timer = undefined;
    wantedMs = options.everyMs;
    let nextMs = options.everyMs;
    try {
      nextMs = Math.min(nextMs, (await options.work()) ?? nextMs, wantedMs);
    } catch (error) {
      if (!stopped) options.onError(error);
    }
    running = undefined;
    if (!stopped) arm(Math.max(0, nextMs));
  };

  arm(0);
  return {
    wake: (delayMs = options.gatherMs) => {
      if (stopped) return;
      if (running) wantedMs = Math.min(wantedMs, delayMs);
      else if (performance.now() + delayMs < firesAt) arm(Math.max(0, delayMs));
    },
    stop: async () => {
      stopped = true;
      if (timer) clearTimeout(timer);
      await running;
    },
  };
}
