import type { DeviceId, OrgId } from '@muster/contracts';
import type { Scope } from '../../../platform/actor.ts';
import { type Repeating, startRepeating } from '../../../platform/bus/repeating.ts';
import { createMembership, type Membership } from '../domain/membership.ts';
import type { LiveDeps, LiveSummary } from '../live-deps.ts';

const SPACING_MS = 1_000;
/** A query that takes long is counted less often: each keeps a twentieth of a processor busy at most. */
const REST_FOR_EACH_MS = 20;
/** Queries may name times and metrics that change without an event. */
const REFRESH_MS = 10_000;

/** More changes than this at once are counted by the total alone. */
const MOST_COMPARED = 5_000;

/** Somebody who looks at a summary. `moved`: how many devices entered or left since the last time. */
export type SummaryWatcher = (summary: LiveSummary & { moved: number }) => void;

/** What is counted, and the counts that whoever asks has seen already. */
export type SummaryTopic = { readonly scope: Scope; readonly query: string; readonly seen: LiveSummary };

/** Counts that anybody of this process looks at; the same query in the same scope is counted once for all. */
export interface Summaries {
  watch(topic: SummaryTopic, watcher: SummaryWatcher): () => void;
  /** These devices changed; whoever looks at other organisations is not counted for anew. */
  changed(devices: readonly ChangedDevice[]): void;
  stop(): Promise<void>;
}

/** A device that changed, with its organisation. */
export type ChangedDevice = { readonly deviceId: DeviceId; readonly orgId: OrgId };

type Topic = {
  readonly scope: Scope;
  readonly orgIds: ReadonlySet<OrgId>;
  readonly query: string;
  readonly watchers: Set<SummaryWatcher>;
  readonly counting: Repeating;
  readonly membership: Membership;
  changed: Set<DeviceId>;
  last: LiveSummary;
  countedAt: number;
  spacingMs: number;
};

export function createSummaries(deps: Pick<LiveDeps, 'database' | 'devices' | 'onError'>): Summaries {
  const topics = new Map<string, Topic>();

  const count = async (topic: Topic) => {
    topic.countedAt = performance.now();
    const { last, changed } = topic;
    topic.changed = new Set();
    const compared = changed.size > MOST_COMPARED ? undefined : [...changed];
    const { summary, matching } = await readSummary(deps, topic, compared ?? []);
    topic.spacingMs = spacingAfter(performance.now() - topic.countedAt);
    topic.last = summary;
    const moved = topic.membership.compare(compared, matching, summary.total - last.total);
    if (moved === 0 && Bun.deepEquals(last, summary)) return undefined;
    for (const watcher of topic.watchers) watcher({ ...summary, moved });
    return undefined;
  };
  const createTopic = ({ scope, query, seen }: SummaryTopic): Topic => {
    const topic: Topic = {
      ...{ scope, orgIds: new Set(scope.orgIds), query, watchers: new Set(), membership: createMembership() },
      ...{ changed: new Set(), last: seen, countedAt: Number.NEGATIVE_INFINITY, spacingMs: SPACING_MS },
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
    watch: (asked, watcher) => {
      const { scope, query } = asked;
      const key = JSON.stringify([scope, query]);
      const topic = topics.get(key) ?? createTopic(asked);
      topics.set(key, topic);
      topic.watchers.add(watcher);
      return () => {
        topic.watchers.delete(watcher);
        if (topic.watchers.size > 0) return;
        topics.delete(key);
        void topic.counting.stop();
      };
    },
    changed: (devices) => {
      for (const topic of topics.values()) {
        const own = devices.filter(({ orgId }) => topic.orgIds.has(orgId));
        if (own.length === 0) continue;
        for (const { deviceId } of own) topic.changed.add(deviceId);
        topic.counting.wake(Math.max(0, topic.countedAt + topic.spacingMs - performance.now()));
      }
    },
    stop: async () => {
      await Promise.all([...topics.values()].map((topic) => topic.counting.stop()));
    },
  };
}

function spacingAfter(tookMs: number): number {
  return Math.min(REFRESH_MS, Math.max(SPACING_MS, tookMs * REST_FOR_EACH_MS));
}

async function readSummary(
  { database, devices }: Pick<LiveDeps, 'database' | 'devices'>,
  { scope, query }: Topic,
  ids: readonly DeviceId[],
): Promise<{ summary: LiveSummary; matching: DeviceId[] }> {
  return await database.transaction(scope, async (tx) => {
    const { total, exact, presence } = await devices.summary(tx, scope, query);
    const matching = ids.length > 0 ? await devices.matching(tx, scope, query, ids) : [];
    return { summary: { total, exact, presence }, matching };
  });
}
