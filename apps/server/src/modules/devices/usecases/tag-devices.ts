import { type DeviceId, MusterError } from '@muster/contracts';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import type { Tx } from '../../../platform/db/index.ts';
import { type ChangeableDevice, lockDevice, writeChange } from '../db/change-rows.ts';
import { changeOf } from '../domain/field-changes.ts';
import { announceUpdate } from './announce-update.ts';
import { throwNoDevice } from './get-device.ts';
import type { UpdateDeps } from './update-device.ts';

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
      if (await tag(deps, tx, actor, { device, input })) done.push(device);
    }
    return done;
  });
  deps.events.committed();
  for (const device of changed) deps.onUpdated(device);
  return changed.length;
}

type One = { readonly device: ChangeableDevice; readonly input: TagInput };

async function tag(deps: UpdateDeps, tx: Tx, actor: Actor, { device, input }: One): Promise<boolean> {
  const kept = Object.entries(device.tags).filter(([key]) => !input.remove.includes(key));
  const after = { ...device, tags: { ...Object.fromEntries(kept), ...input.set } };
  if (sameTags(device.tags, after.tags)) return false;
  const changes = changeOf(device, after, ['tags']);
  await writeChange(tx, device, after);
  const person = actor.kind === 'person' ? actor.userId : undefined;
  await announceUpdate(deps.events, tx, { ...device, actor: person }, changes);
  await deps.audit.append(tx, {
    by: actor,
    orgId: device.orgId,
    action: 'device.updated',
    target: { kind: 'device', id: device.deviceId, name: device.displayName ?? device.hostname },
    before: { tags: device.tags },
    after: { tags: after.tags },
  });
  return true;
}

function sameTags(one: ChangeableDevice['tags'], other: ChangeableDevice['tags']): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}
