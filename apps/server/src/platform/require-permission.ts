import { MusterError, type Permission } from '@muster/contracts';
import type { Actor } from './actor.ts';

/** People need the permission; parts of the server act for themselves; a device asks for nothing here. */
export function requirePermission(actor: Actor, permission: Permission): void {
  if (actor.kind === 'system') return;
  if (actor.kind === 'person' && actor.permissions.has(permission)) return;
  throw new MusterError('forbidden', `This needs the permission ${permission}.`, { permission });
}
