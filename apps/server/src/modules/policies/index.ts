import type { DeviceId, OrgId } from '@muster/contracts';
import { type Repeating, startRepeating } from '../../platform/bus/repeating.ts';
import type { Tx } from '../../platform/db/index.ts';
import { lockGroupPolicies } from './db/policies.ts';
import { createPolicyRoutes } from './http.ts';
import type { PolicyDeps } from './policy-deps.ts';
import { demandSound } from './usecases/check-groups.ts';
import { createDelivery } from './usecases/deliver.ts';
import { workOut } from './usecases/work-out.ts';

export { settingsOf } from './domain/settings-of.ts';

/** What organisations, sites, groups and devices set for their devices. */
export interface Policies {
  readonly routes: ReturnType<typeof createPolicyRoutes>;
  /** A device's socket was opened; see `Delivery`. */
  opened(deviceId: DeviceId): void;
  /** Throws conflict where the groups of an organisation, as they are about to be committed, break their policies. */
  demandSound(tx: Tx, orgId: OrgId): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

const EVERY_MS = 1_000;

/** Wires the module. */
export function createPolicies(deps: PolicyDeps): Policies {
  const delivery = createDelivery(deps);
  let worker: Repeating | undefined;
  let stopListening: (() => Promise<void>) | undefined;
  let unsubscribe: (() => void) | undefined;
  return {
    routes: createPolicyRoutes(deps),
    opened: delivery.opened,
    demandSound: async (tx, orgId) => {
      await lockGroupPolicies(tx, orgId);
      await demandSound(deps, tx, orgId);
    },
    start: () => {
      worker = startRepeating({
        work: async () => ((await workOut(deps)) ? 0 : undefined),
        onError: (error) => deps.onError(error, 'policies'),
        everyMs: EVERY_MS,
        gatherMs: 5,
      });
      stopListening = deps.database.listen('muster_policies', () => worker?.wake());
      unsubscribe = deps.events.feed.subscribe('policies', ['device.policy_changed'], (events) =>
        delivery.changed([...new Set(events.map(({ subjectId }) => subjectId as DeviceId))]),
      );
    },
    stop: async () => {
      unsubscribe?.();
      await stopListening?.();
      await worker?.stop();
    },
  };
}
