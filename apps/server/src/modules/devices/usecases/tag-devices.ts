import { type DeviceId, MusterError } from '@muster/contracts';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import { type ChangeableDevice, lockDevice } from '../db/change-rows.ts';
import { throwNoDevice } from './get-device.ts';
import type { UpdateDeps } from './update-device.ts';
import { writeUpdate } from './write-update.ts';

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
  // In one order, so that two who tag the same devices do not wait for each other in a circle.
  const ids = [...new Set(input.deviceIds)].sort();
  const changed = await deps.database.transaction(scope, async (tx) => {
    const done: ChangeableDevice[] = [];
    for (const id of ids) {
      const device = (await lockDevice(tx, scope, id)) ?? throwNoDevice(id);
      const kept = Object.entries(device.tags).filter(([key]) => !input.remove.includes(key));
      const after = { ...device, tags: { ...Object.fromEntries(kept), ...input.set } };
      if (await writeUpdate(deps, tx, actor, { before: device, after })) done.push(device);
    }
    return done;
  });
  deps.events.committed();
  for (const device of changed) deps.onUpdated(device);
  return changed.length;
}
