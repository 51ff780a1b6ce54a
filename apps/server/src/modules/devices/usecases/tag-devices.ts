import { type DeviceId, MusterError } from '@muster/contracts';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import { lockDevices } from '../db/change-rows.ts';
import { throwNoDevice } from './get-device.ts';
import type { UpdateDeps } from './update-device.ts';
import { writeUpdates } from './write-updates.ts';

export type TagInput = {
  readonly deviceIds: readonly DeviceId[];
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
};

/** Sets and removes tags of many devices, of all or of none; returns how many changed. */
export async function tagDevices(deps: UpdateDeps, actor: Actor, input: TagInput): Promise<number> {
  const scope = requirePermission(actor, 'devices:manage');
  const both = input.remove.filter((key) => Object.hasOwn(input.set, key));
  if (both.length > 0)
    throw new MusterError('invalid_input', `${both.join(', ')} cannot be set and removed at once.`, {
      field: 'remove',
    });
  const ids = [...new Set(input.deviceIds)];
  const changed = await deps.database.transaction(scope, async (tx) => {
    const devices = await lockDevices(tx, scope, ids);
    const found = new Set<string>(devices.map(({ deviceId }) => deviceId));
    const missing = ids.find((id) => !found.has(id.toLowerCase()));
    if (missing) throwNoDevice(missing);
    const wanted = devices.map((before) => {
      const kept = Object.entries(before.tags).filter(([key]) => !input.remove.includes(key));
      return { before, after: { ...before, tags: { ...Object.fromEntries(kept), ...input.set } } };
    });
    return writeUpdates(deps, tx, actor, wanted);
  });
  deps.events.committed();
  for (const device of changed) deps.onUpdated(device);
  return changed.length;
}
