import { oc } from '@orpc/contract';
import type { Access, Permission } from '../permissions/index.ts';

/** Endpoint that demands a permission. The server refuses to boot with an endpoint that names neither this nor `open`. */
export function demands(permission: Permission) {
  return oc.$meta<{ access?: Access }>({ access: { permission } });
}

/** Endpoint without a permission: for everybody, or for whoever is signed in; the reason is printed in the reference. */
export function open(to: 'public' | 'authenticated', reason: string) {
  return oc.$meta<{ access?: Access }>({ access: { open: to, reason } });
}
