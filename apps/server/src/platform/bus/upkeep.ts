import { MusterError } from '@muster/contracts';

/** What has to be done now and then beside work that must go on when it fails. */
export interface Upkeep {
  /** Does it if it is due. Throws when the database is away; any other fault is reported, and it is tried again later. */
  run(): Promise<void>;
  /** It is due at the next run. */
  soon(): void;
}

export type UpkeepOptions = {
  readonly work: () => Promise<unknown>;
  readonly everyMs: number;
  readonly onError: (error: unknown) => void;
};

/** Long enough that an upkeep which fails slowly takes little of the time of what it stands beside. */
const AGAIN_MS = 5 * 60_000;

/** The first run does it. */
export function createUpkeep({ work, everyMs, onError }: UpkeepOptions): Upkeep {
  let dueAt = Number.NEGATIVE_INFINITY;
  return {
    run: async () => {
      if (performance.now() < dueAt) return;
      try {
        await work();
        dueAt = performance.now() + everyMs;
      } catch (error) {
        if (error instanceof MusterError && error.code === 'unavailable') throw error;
        dueAt = performance.now() + Math.min(everyMs, AGAIN_MS);
        onError(error);
      }
    },
    soon: () => {
      dueAt = Number.NEGATIVE_INFINITY;
    },
  };
}
