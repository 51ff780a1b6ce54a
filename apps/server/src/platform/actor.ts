import {
  type DeviceId,
  MusterError,
  type OrgId,
  type Permission,
  type SessionId,
  type UserId,
} from '@muster/contracts';

/** Who asks. Rights are read at each request; nothing here outlives it. */
export type Actor =
  | {
      readonly kind: 'person';
      readonly userId: UserId;
      readonly sessionId: SessionId;
      readonly name: string;
      readonly address: string;
      readonly permissions: ReadonlySet<Permission>;
      readonly scope: Scope;
    }
  | { readonly kind: 'device'; readonly deviceId: DeviceId; readonly scope: Scope }
  | { readonly kind: 'system'; readonly part: string; readonly scope: Scope };

/** The organisations a piece of work may see: row-level security and every query take it. */
export type Scope = { readonly orgIds: readonly OrgId[] };

/** People need the permission; parts of the server act for themselves; a device asks for nothing by permission. */
export function requirePermission(actor: Actor, permission: Permission): void {
  if (actor.kind === 'system') return;
  if (actor.kind === 'person' && actor.permissions.has(permission)) return;
  throw new MusterError('forbidden', `This needs the permission ${permission}.`, { permission });
}
