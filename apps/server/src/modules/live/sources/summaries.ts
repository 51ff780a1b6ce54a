import type { Scope } from '../../../platform/actor.ts';
import { type Repeating, startRepeating } from '../../../platform/bus/repeating.ts';
import type { LiveDeps, LiveSummary } from '../live-deps.ts';

const SPACING_MS = 1_000;
/** Queries may name times and metrics that change without an event. */
const REFRESH_MS = 10_000;

/** Somebody who looks at a summary. `moved`: how far the total moved since the last time. */
export type SummaryWatcher = (summary: LiveSummary & { moved: number }) => void;

/** Counts that anybody of this process looks at; the same query in the same scope is counted once for all. */
export interface Summaries {
  watch(scope: Scope, query: string, watcher: SummaryWatcher): () => void;
  /** Some device changed. */
  changed(): void;
  stop(): Promise<void>;
}

type Topic = {
  readonly scope: Scope;
  readonly query: string;
  readonly watchers: Set<SummaryWatcher>;
  readonly counting: Repeating;
  last: LiveSummary | undefined;
  countedAt: number;
};

export function createSummaries(deps: Pick<LiveDeps, 'database' | 'devices' | 'onError'>): Summaries {
  const topics = new Map<string, Topic>();

  const count = async (topic: Topic) => {
    topic.countedAt = performance.now();
    const { total, exact, presence } = await deps.database.transaction(topic.scope, (tx) =>
      deps.devices.summary(tx, topic.scope, topic.query),
    );
    const summary = { total, exact, presence };
    const { last } = topic;
    topic.last = summary;
    if (last && Bun.deepEquals(last, summary)) return undefined;
    const moved = last ? Math.abs(summary.total - last.total) : 0;
    for (const watcher of topic.watchers) watcher({ ...summary, moved });
    return undefined;
  };
  const createTopic = (scope: Scope, query: string): Topic => {
    const topic: Topic = {
      ...{ scope, query, watchers: new Set(), last: undefined, countedAt: Number.NEGATIVE_INFINITY },
      counting: startRepeating({
        work: () => count(topic),
        everyMs: REFRESH_MS,
        gatherMs: 0,
        onError: (error) => deps.onError(error, 'live summary'),
      }),
    };
    return topic;
  };
  return {
    watch: (scope, query, watcher) => {
      const key = JSON.stringify([[...scope.orgIds].sort(), query]);
      const topic = topics.get(key) ?? createTopic(scope, query);
      topics.set(key, topic);
      topic.watchers.add(watcher);
      if (topic.last) watcher({ ...topic.last, moved: 0 });
      return () => {
        topic.watchers.delete(watcher);
        if (topic.watchers.size > 0) return;
        topics.delete(key);
        void topic.counting.stop();
      };
    },
    changed: () => {
      for (const topic of topics.values()) {
        topic.counting.wake(Math.max(0, topic.countedAt + SPACING_MS - performance.now()));
      }
    },
    stop: async () => {
      await Promise.all([...topics.values()].map((topic) => topic.counting.stop()));
    },
  };
}
