/** How long a server that failed is asked last: whoever signs in should not wait for it each time. */
const REST_MS = 60_000;

/** Remembers which servers failed a moment ago. */
export interface ServerOrder {
  /** The same servers, those that failed a moment ago last. */
  sort(urls: readonly string[]): readonly string[];
  failed(url: string): void;
  answered(url: string): void;
}

/** An order in memory; `now` is monotonic milliseconds. */
export function createServerOrder(now: () => number): ServerOrder {
  const failedAt = new Map<string, number>();
  const rests = (url: string) => now() - (failedAt.get(url) ?? Number.NEGATIVE_INFINITY) < REST_MS;
  return {
    sort: (urls) => [...urls.filter((url) => !rests(url)), ...urls.filter(rests)],
    failed: (url) => void failedAt.set(url, now()),
    answered: (url) => void failedAt.delete(url),
  };
}
