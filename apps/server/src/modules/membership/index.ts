import type { OrgId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { type Repeating, startRepeating } from '../../platform/bus/repeating.ts';
import type { SmartGroupPort } from '../access/index.ts';
import type { FieldGroupPort } from '../fields/index.ts';
import { beginFill, nextFill } from './db/fills.ts';
import { type Queued, readQueue, removeQueued, takeTimers, writeTimers } from './db/queue.ts';
import { emptyGroup, readUnqueued } from './db/smart-groups.ts';
import { CLOCK } from './domain/touches.ts';
import type { MembershipDeps } from './membership-deps.ts';
import { createFieldGroupPort, createSmartGroupPort } from './usecases/check-group.ts';
import { decideMembers } from './usecases/decide-members.ts';
import { fillGroups } from './usecases/fill-groups.ts';
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
    const taken = await takeUp(deps, groups);
    groups = taken.groups;
    const isMore = await takeBatch(deps, groups);
    return (await fillGroups(deps, groups)) || isMore || taken.isEmptying ? 0 : undefined;
  };
  return {
    port: createSmartGroupPort(deps),
    fieldPort: createFieldGroupPort(deps),
    start: async () => {
      groups = undefined;
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
      while (await isWaiting(deps)) {
        worker?.wake(0);
        await Bun.sleep(10);
      }
    },
  };
}

async function isWaiting({ database }: MembershipDeps): Promise<boolean> {
  if ((await readQueue(database.ingest, 1)).length > 0) return true;
  return (await database.system('membership', (tx) => nextFill(tx, 1))) !== undefined;
}

/** Looks at what waits; true when there may be more. */
async function takeBatch(deps: MembershipDeps, groups: SmartGroups): Promise<boolean> {
  const { ingest } = deps.database;
  const due = await takeTimers(ingest, TIMERS);
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
  return queued.length + due.length >= BATCH / 2;
}

/**
 * Takes up groups whose query is new or gone. What they ask for is watched first and every device looked at afterwards: a
 * change before that is there when the device is looked at, one after it queues the device itself. A group that is gone
 * is forgotten first and emptied afterwards, a page each time.
 */
async function takeUp(
  deps: MembershipDeps,
  present: SmartGroups | undefined,
): Promise<{ groups: SmartGroups; isEmptying: boolean }> {
  const changed = await deps.database.system('membership', (tx) => readUnqueued(tx));
  const before = new Set([...(present?.values() ?? [])].flat().map(({ id }) => id));
  const isSame = present && changed.every(({ id, query }) => query === null && !before.has(id));
  const groups = isSame ? present : await loadSmartGroups(deps);
  const known = new Map([...groups.values()].flat().map((group) => [group.id, group]));
  let isEmptying = false;
  for (const { id, query } of changed) {
    if (query === null) {
      const isEmpty = await deps.database.system('membership', (tx) => emptyGroup(tx, id, BATCH));
      isEmptying ||= !isEmpty;
    } else if (known.get(id)?.query === query)
      await deps.database.system('membership', (tx) => beginFill(tx, id, query));
  }
  return { groups, isEmptying };
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
