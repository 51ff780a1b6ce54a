import { BUILT_IN_ROLES, MusterError, type Role, type RoleId } from '@muster/contracts';
import type { Tx } from '../../../platform/db/index.ts';
import { etagOf } from '../../../platform/http/index.ts';
import { findRole, type RoleRow } from '../db/roles.ts';
import { permissionsOfRole } from '../domain/rights.ts';

/** A role in the contract's shape; throws not_found. */
export async function readRole(tx: Tx, id: RoleId): Promise<Role> {
  return toRole((await findRole(tx, id)) ?? throwNoRole(id));
}

/** A row in the contract's shape. */
export function toRole(row: RoleRow): Role {
  const { id, name, grants, builtIn } = row;
  return {
    id,
    name,
    description: builtIn ? BUILT_IN_ROLES[builtIn].describe : row.description,
    grants,
    builtIn: builtIn !== null,
    permissions: [...permissionsOfRole(row)],
    etag: etagOf(row.version),
  };
}

/** There is no role with this id. */
export function throwNoRole(roleId: RoleId): never {
  throw new MusterError('not_found', 'There is no such role.', { roleId });
}

/** A built-in role means the same in every installation. */
export function refuseBuiltIn(row: RoleRow): void {
  if (!row.builtIn) return;
  throw new MusterError('conflict', `${row.name} is built in and stays as it is; make a role of your own.`, {
    roleId: row.id,
  });
}
