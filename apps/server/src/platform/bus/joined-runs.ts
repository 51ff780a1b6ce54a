/** What several ask for at once is worked out for all of them together, by key. */
export type JoinedRuns<T> = (key: string, run: () => Promise<T>) => Promise<T>;

type Run<T> = { readonly now: Promise<T>; next?: Promise<T> };

/**
 * One run of a key at a time. Who asks while one is under way shares the run after it with everybody else who waits: an
 * answer never tells of a time before its question.
 */
export function createJoinedRuns<T>(): JoinedRuns<T> {
  const runs = new Map<string, Run<T>>();
  const start = (key: string, run: () => Promise<T>): Promise<T> => {
    const begun: Run<T> = {
      now: run().finally(() => {
        if (runs.get(key) === begun && !begun.next) runs.delete(key);
      }),
    };
    runs.set(key, begun);
    return begun.now;
  };
  return (key, run) => {
    const under = runs.get(key);
    if (!under) return start(key, run);
    under.next ??= under.now.then(
      () => start(key, run),
      () => start(key, run),
    );
    return under.next;
  };
}
