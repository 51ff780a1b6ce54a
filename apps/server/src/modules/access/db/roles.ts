import type { BuiltInRoleName, Permission, RoleId } from '@muster/contracts';
import { eq, type SQL, sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';
import { rolePermissions, roles } from './tables.ts';

/** A role with what it holds. */
export type RoleRow = {
  readonly id: RoleId;
  readonly name: string;
  readonly description: string;
  readonly builtIn: BuiltInRoleName | null;
  readonly version: number;
  readonly permissions: readonly string[];
  readonly grants: number;
};

/** All roles, the built-in ones first. */
export async function listRoles(tx: Tx): Promise<RoleRow[]> {
  return read(tx, sql`true`);
}

/** One role; undefined for a removed one. */
export async function findRole(tx: Tx, id: RoleId): Promise<RoleRow | undefined> {
  return (await read(tx, sql`r.id = ${id}::uuid`))[0];
}

/** The same, kept from changing until the transaction ends. */
export async function lockRole(tx: Tx, id: RoleId): Promise<RoleRow | undefined> {
  await tx.execute(sql`select from roles where id = ${id}::uuid for update`);
  return findRole(tx, id);
}

async function read(tx: Tx, which: SQL): Promise<RoleRow[]> {
  const { rows } = await tx.execute<RoleRow>(sql`
    select r.id, r.name, r.description, r.built_in as "builtIn", r.version,
      array(select permission from role_permissions p where p.role_id = r.id order by 1) as permissions,
      (select count(*)::int from grants g where g.role_id = r.id) as grants
    from roles r where r.deleted_at is null and ${which} order by r.built_in is null, r.id`);
  return rows;
}

/** Adds a role of one's own. */
export async function insertRole(
  tx: Tx,
  role: { readonly id: RoleId; readonly name: string; readonly description: string },
): Promise<void> {
  await tx.insert(roles).values(role);
}

/** Stores name and description; the version rises. */
export async function writeRole(
  tx: Tx,
  id: RoleId,
  text: { readonly name: string; readonly description: string },
): Promise<void> {
  await tx
    .update(roles)
    .set({ ...text, version: sql`${roles.version} + 1` })
    .where(eq(roles.id, id));
}

/** Makes these what the role holds. */
export async function writePermissions(
  tx: Tx,
  id: RoleId,
  permissions: readonly Permission[],
): Promise<void> {
  await tx.delete(rolePermissions).where(eq(rolePermissions.roleId, id));
  const rows = [...new Set(permissions)].map((permission) => ({ roleId: id, permission }));
  if (rows.length > 0) await tx.insert(rolePermissions).values(rows);
}

/** Removes a role; its name becomes free. */
export async function removeRoleRow(tx: Tx, id: RoleId): Promise<void> {
  await tx.update(roles).set({ deletedAt: sql`now()` }).where(eq(roles.id, id));
}
