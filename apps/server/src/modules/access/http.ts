import {
  contract,
  INSTALLATION_PERMISSIONS,
  PERMISSION_ALIASES,
  PERMISSIONS,
  type Permission,
} from '@muster/contracts';
import { implement } from '@orpc/server';
import { requirePermission } from '../../platform/actor.ts';
import type { RequestContext } from '../../platform/http/index.ts';
import type { AccessDeps } from './access-deps.ts';
import { listGroups } from './db/groups.ts';
import { listRoles } from './db/roles.ts';
import { changeMembers } from './usecases/change-members.ts';
import { createGroup, toGroup } from './usecases/create-group.ts';
import { createRole } from './usecases/create-role.ts';
import { explain } from './usecases/explain.ts';
import { grantRole } from './usecases/grant-role.ts';
import { listGroupChanges } from './usecases/list-group-changes.ts';
import { listGroupDevices } from './usecases/list-members.ts';
import { toRole } from './usecases/read-role.ts';
import { removeGroup } from './usecases/remove-group.ts';
import { removeRole } from './usecases/remove-role.ts';
import { updateGroup } from './usecases/update-group.ts';
import { updateRole } from './usecases/update-role.ts';
import { withdrawGrant } from './usecases/withdraw-grant.ts';

const ifMatchOf = ({ headers }: RequestContext) => headers.get('if-match') ?? undefined;

/** Routes of contract.access: roles, grants, and what they add up to. */
export function createAccessRoutes(deps: AccessDeps) {
  const os = implement(contract.access).$context<RequestContext>();
  return os.router({
    permissions: os.permissions.handler(() => ({ items: describePermissions() })),
    explain: os.explain.handler(({ input, context }) => explain(deps, context.actor, input)),
    roles: os.roles.handler(async ({ context }) => {
      const scope = requirePermission(context.actor, 'users:read');
      return { items: (await deps.database.transaction(scope, listRoles)).map(toRole) };
    }),
    createRole: os.createRole.handler(({ input, context }) => createRole(deps, context.actor, input)),
    updateRole: os.updateRole.handler(({ input, context }) =>
      updateRole(deps, context.actor, { ...input, ifMatch: ifMatchOf(context) }),
    ),
    removeRole: os.removeRole.handler(({ input, context }) => removeRole(deps, context.actor, input)),
    grant: os.grant.handler(({ input, context }) => grantRole(deps, context.actor, input)),
    withdraw: os.withdraw.handler(({ input, context }) => withdrawGrant(deps, context.actor, input)),
  });
}

/** Routes of contract.groups: static groups and their devices. */
export function createGroupRoutes(deps: AccessDeps) {
  const os = implement(contract.groups).$context<RequestContext>();
  return os.router({
    list: os.list.handler(async ({ context }) => {
      const scope = requirePermission(context.actor, 'groups:read');
      return { items: (await deps.database.transaction(scope, (tx) => listGroups(tx, scope))).map(toGroup) };
    }),
    create: os.create.handler(({ input, context }) => createGroup(deps, context.actor, input)),
    update: os.update.handler(({ input, context }) =>
      updateGroup(deps, context.actor, { ...input, ifMatch: ifMatchOf(context) }),
    ),
    remove: os.remove.handler(({ input, context }) => removeGroup(deps, context.actor, input)),
    devices: os.devices.handler(({ input, context }) => listGroupDevices(deps, context.actor, input)),
    changes: os.changes.handler(({ input, context }) => listGroupChanges(deps, context.actor, input)),
    preview: os.preview.handler(({ input, context }) => deps.smartGroups.preview(context.actor, input)),
    add: os.add.handler(({ input, context }) => changeMembers(deps, context.actor, { ...input, into: true })),
    take: os.take.handler(({ input, context }) =>
      changeMembers(deps, context.actor, { ...input, into: false }),
    ),
  });
}

function describePermissions() {
  return Object.entries(PERMISSIONS).map(([name, describe]) => ({
    name: name as Permission,
    describe,
    installation: INSTALLATION_PERMISSIONS.has(name as Permission),
    aliases: Object.keys(PERMISSION_ALIASES).filter((alias) => PERMISSION_ALIASES[alias] === name),
  }));
}
