/** A piece of work that runs one at a time: soon after each wake-up, and at least every `everyMs`. */
export interface Repeating {
  /** Asks for a run; wake-ups within a few milliseconds share one, those during a run lead to one more. */
  wake(): void;
  /** Ends it; resolves when the run under way has finished. */
  stop(): Promise<void>;
}

export type RepeatingOptions = {
  /** True when there is more to do at once. */
  readonly work: () => Promise<boolean>;
  readonly onError: (error: unknown) => void;
  readonly everyMs: number;
  /** How long a wake-up waits for others to join it. */
  readonly gatherMs: number;
};

/** Starts the work; its first run is at once. A failing run is reported and tried again after `everyMs`. */
export function startRepeating(options: RepeatingOptions): Repeating {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let timerIsSoon = false;
  let running: Promise<void> | undefined;
  let wokenMeanwhile = false;
  let stopped = false;

  const arm = (delayMs: number, soon: boolean) => {
    if (timer) clearTimeout(timer);
    timerIsSoon = soon;
    timer = setTimeout(() => {
      running = run();
    }, delayMs);
  };
  const run = async () => {
    timer = undefined;
    timerIsSoon = false;
    wokenMeanwhile = false;
    let more = false;
    let failed = false;
    try {
      more = await options.work();
    } catch (error) {
      failed = true;
      if (!stopped) options.onError(error);
    }
    running = undefined;
    if (stopped) return;
    if (!failed && (more || wokenMeanwhile)) arm(more ? 0 : options.gatherMs, true);
    else arm(options.everyMs, false);
  };

  arm(0, true);
  return {
    wake: () => {
      if (stopped || timerIsSoon) return;
      if (running) wokenMeanwhile = true;
      else arm(options.gatherMs, true);
    },
    stop: async () => {
      stopped = true;
      if (timer) clearTimeout(timer);
      await running;
    },
  };
}
