import { oc } from '@orpc/contract';
import type { Access, Permission } from '../permissions/index.ts';

type Meta = {
  readonly access?: Access;
  /** Takes what machines report: text that cannot be stored is cleaned there and not refused. */
  readonly cleansText?: boolean;
};

/** Endpoint that demands a permission. The server refuses to boot with an endpoint that names neither this nor `open`. */
export function demands(permission: Permission) {
  return oc.$meta<Meta>({ access: { permission } });
}

/** Open to whoever is signed in, also while all that they may do is set up a second factor. */
export function openDuringSetUp(reason: string) {
  return oc.$meta<Meta>({ access: { open: 'authenticated', reason, duringSetUp: true } });
}

/** Endpoint without a permission: for everybody, or for whoever is signed in; the reason is printed in the reference. */
export function open(to: 'public' | 'authenticated', reason: string) {
  return oc.$meta<Meta>({ access: { open: to, reason } });
}
