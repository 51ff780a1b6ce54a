import type { Logger } from '../log/index.ts';

/** Remembers how to end what was started, and ends it in reverse. */
export interface Lifecycle {
  add(part: string, stop: () => void | Promise<void>): void;
  /** Ends everything once; a part that fails or takes too long does not keep the others from ending. */
  stop(): Promise<void>;
}

const PART_TIMEOUT_MS = 20_000;

/** An empty list of parts. */
export function createLifecycle(log: Logger): Lifecycle {
  const parts: { readonly part: string; readonly stop: () => void | Promise<void> }[] = [];
  let stopped: Promise<void> | undefined;
  const stopAll = async () => {
    for (const { part, stop } of parts.splice(0).reverse()) {
      try {
        await within(PART_TIMEOUT_MS, stop);
      } catch (err) {
        log.error({ err, part }, 'a part did not end well');
      }
    }
  };
  return {
    add: (part, stop) => {
      parts.push({ part, stop });
    },
    stop: () => {
      stopped ??= stopAll();
      return stopped;
    },
  };
}

async function within(ms: number, work: () => void | Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`it took longer than ${ms / 1000} s`)), ms);
  });
  try {
    await Promise.race([Promise.resolve().then(work), limit]);
  } finally {
    clearTimeout(timer);
  }
}
