import { type DeviceId, type Permission, TIMELINE_KINDS, TimelineKind } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { type Actor, requirePermission, type Scope, wholeOrgs } from '../../../platform/actor.ts';
import { deviceInScope, type Tx } from '../../../platform/db/index.ts';

/** What somebody may see of the timeline of one device: where each kind may be read from. */
export type OpenKinds = {
  readonly scopes: ReadonlyMap<TimelineKind, Scope>;
  readonly hidden: { kind: TimelineKind; permission: Permission }[];
};

/** Each kind has a permission of its own, which may hold elsewhere than where the device is. */
export async function findKinds(tx: Tx, actor: Actor, deviceId: DeviceId): Promise<OpenKinds> {
  const scopes = new Map<TimelineKind, Scope>();
  const hidden: OpenKinds['hidden'] = [];
  const known = new Map<Permission, Scope | undefined>();
  for (const kind of TimelineKind.options) {
    const { permission } = TIMELINE_KINDS[kind];
    if (!known.has(permission)) known.set(permission, await findScope(tx, actor, { deviceId, permission }));
    const scope = known.get(permission);
    if (scope) scopes.set(kind, scope);
    else hidden.push({ kind, permission });
  }
  return { scopes, hidden };
}

async function findScope(
  tx: Tx,
  actor: Actor,
  { deviceId, permission }: { readonly deviceId: DeviceId; readonly permission: Permission },
): Promise<Scope | undefined> {
  if (actor.kind === 'person' && !actor.permissions.has(permission)) return undefined;
  const scope = requirePermission(actor, permission);
  // An audit log knows no sites and no groups: whoever reads it reads that of a whole organisation.
  const within = permission === 'audit:read' ? { orgIds: wholeOrgs(scope) } : scope;
  const { rowCount } = await tx.execute(
    sql`select from devices d where d.id = ${deviceId} and ${deviceInScope(within)}`,
  );
  return rowCount ? within : undefined;
}
