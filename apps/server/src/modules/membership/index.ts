import type { OrgId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { type Repeating, startRepeating } from '../../platform/bus/repeating.ts';
import type { SmartGroupPort } from '../access/index.ts';
import type { FieldGroupPort } from '../fields/index.ts';
import { type Queued, queueAll, readQueue, removeQueued, takeTimers, writeTimers } from './db/queue.ts';
import { deviceNosOf, emptyGroup, markQueued, readUnqueued, settle } from './db/smart-groups.ts';
import { CLOCK, groupTouch } from './domain/touches.ts';
import type { MembershipDeps } from './membership-deps.ts';
import { createFieldGroupPort, createSmartGroupPort } from './usecases/check-group.ts';
import { decideMembers } from './usecases/decide-members.ts';
import {
  loadSmartGroups,
  type SmartGroup,
  type SmartGroups,
  touchedGroups,
} from './usecases/smart-groups.ts';

export { touchDevice } from './db/queue.ts';
export { standsOn } from './domain/group-order.ts';
export { MEMBERSHIP_FIELDS } from './query/fields.ts';

/** Keeps smart groups true. */
export interface Membership {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** What modules/access asks about smart groups. */
  readonly port: SmartGroupPort;
  /** What modules/fields asks about them. */
  readonly fieldPort: FieldGroupPort;
  /** Resolves when nothing waits any more; for tests and benchmarks. */
  settled(): Promise<void>;
}

const BATCH = 500;
const TIMERS = 1_000;
const EVERY_MS = 1_000;

/** Wires the module. One worker in the installation looks at devices; others would only wait for its locks. */
export function createMembership(deps: MembershipDeps): Membership {
  let worker: Repeating | undefined;
  let groups: SmartGroups | undefined;
  let unlisten: (() => Promise<void>) | undefined;
  const work = async () => {
    groups = await takeUp(deps, groups);
    return (await takeBatch(deps, groups)) ? 0 : undefined;
  };
  return {
    port: createSmartGroupPort(deps),
    fieldPort: createFieldGroupPort(deps),
    start: async () => {
      worker = startRepeating({
        work,
        onError: (error) => deps.onError(error, 'membership'),
        everyMs: EVERY_MS,
        gatherMs: 5,
      });
      unlisten = deps.database.listen('muster_membership', () => worker?.wake());
    },
    stop: async () => {
      await unlisten?.();
      await worker?.stop();
    },
    settled: async () => {
      while ((await readQueue(deps.database.ingest, 1)).length > 0) {
        worker?.wake(0);
        await Bun.sleep(10);
      }
    },
  };
}

/** Looks at what waits; true when there may be more. */
async function takeBatch(deps: MembershipDeps, groups: SmartGroups): Promise<boolean> {
  const { ingest } = deps.database;
  const { due } = await takeTimers(ingest, TIMERS);
  const queued = await readQueue(ingest, BATCH);
  const waiting = [...queued, ...due.map((deviceNo) => ({ deviceNo, touched: new Set([CLOCK]), ids: [] }))];
  if (waiting.length === 0) return false;
  for (const [orgId, devices] of await byOrganisation(deps, waiting)) {
    await lookAt(deps, orgId, devices, groups.get(orgId) ?? []);
  }
  await removeQueued(
    ingest,
    queued.flatMap(({ ids }) => ids),
  );
  const news = new Set(queued.flatMap(({ touched }) => [...touched]));
  await settleNews(deps, news, [...groups.values()].flat());
  return queued.length + due.length >= BATCH / 2;
}

/**
 * Takes up groups whose query is new or gone. What they ask for is watched first and every device queued afterwards: a
 * change before that is there when the device is looked at, one after it queues the device itself.
 */
async function takeUp(deps: MembershipDeps, present: SmartGroups | undefined): Promise<SmartGroups> {
  const changed = await deps.database.system('membership', (tx) => readUnqueued(tx));
  if (present && changed.length === 0) return present;
  const groups = await loadSmartGroups(deps);
  const known = new Map([...groups.values()].flat().map((group) => [group.id, group]));
  for (const { id, orgId, query } of changed) {
    if (query === null) await deps.database.system('membership', (tx) => emptyGroup(tx, id));
    else if (known.get(id)?.query === query) {
      const numbers = await deps.database.system('membership', (tx) => deviceNosOf(tx, orgId));
      await queueAll(deps.database.ingest, numbers, groupTouch(id));
      await deps.database.system('membership', (tx) => markQueued(tx, id, query));
    }
  }
  return groups;
}

async function lookAt(
  deps: MembershipDeps,
  orgId: OrgId,
  devices: readonly Pick<Queued, 'deviceNo' | 'touched'>[],
  groups: readonly SmartGroup[],
): Promise<void> {
  // Devices to which the same happened are looked at together.
  const alike = new Map<string, { deviceNos: number[]; touched: ReadonlySet<string> }>();
  for (const { deviceNo, touched } of devices) {
    const key = [...touched].sort().join('\n');
    const some = alike.get(key) ?? { deviceNos: [], touched };
    some.deviceNos.push(deviceNo);
    alike.set(key, some);
  }
  for (const { deviceNos, touched } of alike.values()) {
    const asked = touchedGroups(groups, touched);
    const { timers } = await decideMembers(deps, orgId, { deviceNos, groups: asked });
    await writeTimers(deps.database.ingest, timers);
  }
}

async function byOrganisation<Device extends { readonly deviceNo: number }>(
  deps: MembershipDeps,
  devices: readonly Device[],
): Promise<Map<OrgId, Device[]>> {
  const numbers = JSON.stringify(devices.map(({ deviceNo }) => deviceNo));
  const { rows } = await deps.database.system('membership', (tx) =>
    tx.execute<{ no: number; orgId: OrgId }>(sql`
      select device_no as no, org_id as "orgId" from devices
      where device_no = any (array(select jsonb_array_elements_text(${numbers}::jsonb)::int))`),
  );
  const orgOf = new Map(rows.map(({ no, orgId }) => [no, orgId]));
  const found = new Map<OrgId, Device[]>();
  for (const device of devices) {
    const orgId = orgOf.get(device.deviceNo);
    if (orgId) found.set(orgId, [...(found.get(orgId) ?? []), device]);
  }
  return found;
}

/** A group of which nothing waits any more has the members of its query. */
async function settleNews(
  deps: MembershipDeps,
  news: ReadonlySet<string>,
  groups: readonly SmartGroup[],
): Promise<void> {
  for (const group of groups.filter(({ id }) => news.has(groupTouch(id)))) {
    const [left]: unknown[] = await deps.database.ingest`
      select from membership_queue where touched = array[${groupTouch(group.id)}] limit 1`;
    if (left === undefined)
      await deps.database.system('membership', (tx) => settle(tx, group.id, group.query));
  }
}
