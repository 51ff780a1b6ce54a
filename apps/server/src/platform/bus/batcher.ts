import { MusterError } from '@muster/contracts';

/** Collects single requests and answers them by the batch: many devices, one transaction. */
export interface Batcher<Item, Result> {
  /** Resolves with this item's own result once its batch is done. */
  add(item: Item): Promise<Result>;
  /** Resolves when everything added so far is done. */
  drain(): Promise<void>;
}

export type BatcherOptions<Item, Result> = {
  /** Answers in the order of the items. One at a time; the next batch grows meanwhile. */
  readonly run: (items: Item[]) => Promise<Result[]>;
  readonly maxItems: number;
  /** Weight of an item and most of a batch, where items differ in size. */
  readonly weigh?: (item: Item) => number;
  readonly maxWeight?: number;
  /** How long the first item of a batch waits for company. */
  readonly gatherMs: number;
};

type Waiting<Item, Result> = {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * When a batch of several fails, each item is tried alone, so that one bad item fails nobody else. Two batches never
 * overlap: items that concern the same row are dealt with in the order in which they came.
 */
export function createBatcher<Item, Result>(options: BatcherOptions<Item, Result>): Batcher<Item, Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let working: Promise<void> | undefined;

  const takeBatch = () => {
    let size = 0;
    let weight = 0;
    while (size < waiting.length && size < options.maxItems) {
      weight += options.weigh?.(waiting[size]?.item as Item) ?? 0;
      if (size > 0 && weight > (options.maxWeight ?? Number.POSITIVE_INFINITY)) break;
      size++;
    }
    const batch = waiting.slice(0, size);
    waiting = waiting.slice(size);
    return batch;
  };
  const settle = async (batch: Waiting<Item, Result>[]): Promise<void> => {
    try {
      const results = await options.run(batch.map((entry) => entry.item));
      for (const [index, entry] of batch.entries()) entry.resolve(results[index] as Result);
    } catch (error) {
      if (batch.length > 1 && !isAway(error)) for (const entry of batch) await settle([entry]);
      else for (const entry of batch) entry.reject(error);
    }
  };
  const work = async () => {
    await Bun.sleep(options.gatherMs);
    while (waiting.length > 0) await settle(takeBatch());
    working = undefined;
  };
  return {
    add: (item) =>
      new Promise<Result>((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        working ??= work();
      }),
    drain: async () => {
      await working;
    },
  };
}

/** Nothing is gained by asking a database that is away once for each item. */
function isAway(error: unknown): boolean {
  return error instanceof MusterError && error.code === 'unavailable';
}
