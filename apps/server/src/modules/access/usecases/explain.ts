import {
  type DeviceId,
  type Grant,
  INSTALLATION_PERMISSIONS,
  MusterError,
  PERMISSIONS,
  type Permission,
  type UserId,
} from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { requirePermission, type Scope } from '../../../platform/actor.ts';
import { deviceInScope, type Tx } from '../../../platform/db/index.ts';
import type { Person } from '../../../platform/http/index.ts';
import type { AccessDeps } from '../access-deps.ts';
import { allGrants, findGrants, type GrantRow } from '../db/grants.ts';
import { permissionsOfRole } from '../domain/rights.ts';
import { toGrant } from './grant-role.ts';
import { demandVisible } from './reach-person.ts';

export type ExplainInput = {
  readonly userId?: UserId | undefined;
  readonly deviceId?: DeviceId | undefined;
  readonly permission?: Permission | undefined;
};

export type Explanation = {
  userId: UserId;
  name: string;
  deviceId: DeviceId | null;
  rights: { permission: Permission; describe: string; allowed: boolean; because: Grant[] }[];
};

/** Says of each permission whether somebody has it, and by which grants; with a device, whether they have it there. */
export async function explain(deps: AccessDeps, actor: Person, input: ExplainInput): Promise<Explanation> {
  const userId = input.userId ?? actor.userId;
  const isSelf = userId === actor.userId;
  const scope = isSelf ? ownScope(actor) : requirePermission(actor, 'users:read');
  return deps.database.transaction(scope, async (tx) => {
    if (!isSelf) await demandVisible(tx, scope, userId);
    const grants = isSelf ? await allGrants(tx, userId) : await findGrants(tx, scope, [userId]);
    const device =
      input.deviceId && (await findPlaceOf(tx, requirePermission(actor, 'devices:read'), input.deviceId));
    const here = device ? grants.filter((grant) => reaches(grant, device)) : grants;
    return {
      userId,
      name: await nameOf(tx, userId),
      deviceId: input.deviceId ?? null,
      rights: explainEach(here, input.permission, device !== undefined).map((right) =>
        // A key explains itself: what its own list leaves out, it may not do.
        isSelf && actor.key && !actor.permissions.has(right.permission)
          ? { ...right, allowed: false, because: [] }
          : right,
      ),
    };
  });
}

/** All organisations that any of the person's own grants reach, for the names of places. */
function ownScope(actor: Person): Scope {
  const scopes = actor.limits ? [...actor.limits.values()] : [actor.scope];
  return { orgIds: [...new Set(scopes.flatMap((scope) => scope.orgIds))] };
}

function explainEach(grants: readonly GrantRow[], only: Permission | undefined, isAboutDevice: boolean) {
  const names = only ? [only] : (Object.keys(PERMISSIONS) as Permission[]);
  return names
    .filter((permission) => !(isAboutDevice && INSTALLATION_PERMISSIONS.has(permission)))
    .map((permission) => {
      const because = grants.filter(
        (grant) =>
          permissionsOfRole(grant).includes(permission) &&
          (grant.orgId === null || !INSTALLATION_PERMISSIONS.has(permission)),
      );
      return {
        permission,
        describe: PERMISSIONS[permission],
        allowed: because.length > 0,
        because: because.map(toGrant),
      };
    });
}

type DevicePlace = {
  readonly orgId: string;
  /** The organisation above. */
  readonly partnerId: string | null;
  readonly siteId: string;
  readonly groupIds: readonly string[];
};

async function findPlaceOf(tx: Tx, scope: Scope, deviceId: DeviceId): Promise<DevicePlace> {
  const { rows } = await tx.execute<DevicePlace>(sql`
    select d.org_id as "orgId", (select o.partner_id from organisations o where o.id = d.org_id) as "partnerId", d.site_id as "siteId",
      array(select group_id::text from group_devices where device_id = d.id) as "groupIds"
    from devices d where d.id = ${deviceId}::uuid and d.deleted_at is null and ${deviceInScope(scope)}`);
  const [device] = rows;
  if (!device) throw new MusterError('not_found', 'There is no such device.', { deviceId });
  return device;
}

function reaches(grant: GrantRow, device: DevicePlace): boolean {
  if (grant.orgId === null) return true;
  if (grant.orgId === device.partnerId) return !grant.siteId && !grant.groupId;
  if (grant.orgId !== device.orgId) return false;
  if (grant.siteId) return grant.siteId === device.siteId;
  return grant.groupId ? device.groupIds.some((id) => grant.groupIds.includes(id)) : true;
}

async function nameOf(tx: Tx, userId: UserId): Promise<string> {
  const { rows } = await tx.execute<{ name: string }>(sql`select name from users where id = ${userId}::uuid`);
  return rows[0]?.name ?? '';
}
