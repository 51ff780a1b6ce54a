import type { Facts } from '@muster/contracts/wire';
import type { EventPort } from '../../../platform/bus/event-port.ts';
import type { Database } from '../../../platform/db/index.ts';
import type { DeviceLink } from '../../../platform/gateway/ports.ts';
import { lockFacts, writeFacts } from '../db/facts-rows.ts';
import { changedFacts, readFacts } from '../domain/device-facts.ts';
import { changeOf } from '../domain/field-changes.ts';
import { announceUpdate } from './announce-update.ts';

export type StoreFactsDeps = {
  readonly database: Database;
  readonly events: EventPort;
  readonly onUpdated: (link: Pick<DeviceLink, 'deviceId' | 'orgId'>) => void;
};

/** Compares what a device says about itself with what is known, and stores and announces what changed. */
export async function storeFacts(deps: StoreFactsDeps, link: DeviceLink, reported: Facts): Promise<void> {
  const facts = readFacts(reported);
  const hasChanged = await deps.database.system('facts', async (tx) => {
    const stored = await lockFacts(tx, link.deviceId);
    if (!stored) return false;
    const names = changedFacts(stored.facts, facts);
    if (names.length === 0) return false;
    await writeFacts(tx, link.deviceId, { facts, displayName: stored.displayName });
    await announceUpdate(deps.events, tx, link, changeOf(stored.facts, facts, names));
    return true;
  });
  if (!hasChanged) return;
  deps.events.committed();
  deps.onUpdated(link);
}
