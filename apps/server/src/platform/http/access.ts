import {
  type Access,
  DANGEROUS_PERMISSIONS,
  MusterError,
  type OrgId,
  type Permission,
  Problem,
} from '@muster/contracts';
import { type AnyRouter, isProcedure } from '@orpc/server';
import type { Denial } from '../bus/audit-port.ts';
import { ANONYMOUS, type Person } from './request-context.ts';

/** Throws unless `actor` may use what demands `access`. */
export function demandAccess(access: Access, actor: Person): void {
  if ('open' in access && access.open === 'public') return;
  if (actor === ANONYMOUS)
    throw new MusterError('unauthenticated', 'Sign in first: the session is missing, ended or expired.');
  if (actor.mustSetUpFactor && !('open' in access && access.duringSetUp)) throw factorMissing();
  if (!('permission' in access)) return;
  if (!actor.permissions.has(access.permission)) throw forbidden(access.permission);
  if (actor.isProofOld && DANGEROUS_PERMISSIONS.has(access.permission))
    throw proofTooOld(actor, access.permission);
}

/** Says what is open until there is a second factor. */
function factorMissing(): MusterError {
  return new MusterError(
    'factor_setup_required',
    'One of your roles demands a second factor: set one up, or prove the one that you have.',
  );
}

/** Says by what the person can prove it again. */
export function proofTooOld({ provableBy: methods = [] }: Person, permission?: Permission): MusterError {
  const text =
    methods.length === 0
      ? 'This needs a fresh proof of who you are: sign out and in again, then repeat it.'
      : 'Prove again who you are, then repeat this.';
  return new MusterError('step_up_required', text, { methods, ...(permission ? { permission } : {}) });
}

/** The refusal that names the permission which is missing. */
function forbidden(permission: Permission): MusterError {
  return new MusterError('forbidden', `This needs the permission ${permission}, which you do not have.`, {
    permission,
  });
}

/** What the audit log is told of an answer that refuses; undefined for every other answer. */
export async function denialIn(
  response: Response,
  request: { readonly actor: Person; readonly address: string; readonly endpoint: string },
): Promise<Denial | undefined> {
  if (response.status !== 401 && response.status !== 403) return undefined;
  const told: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  const problem = Problem.safeParse(told).data;
  const { actor, address, endpoint } = request;
  const nobody = { kind: 'anonymous', id: null, name: null, via: null } as const;
  return {
    by: actor === ANONYMOUS ? nobody : actor,
    orgId: homeOf(actor),
    action: 'access.denied',
    target: { kind: 'endpoint', id: endpoint, name: null },
    after: { permission: problem?.params.permission ?? null },
    address,
    code: response.status === 401 ? 'unauthenticated' : 'forbidden',
  };
}

/** Whoever reaches into one organisation alone is its own business; everybody else is the installation's. */
function homeOf({ limits, scope }: Person): OrgId | null {
  // Not `scope` where there are limits: it is what their permissions have in common, which may be less than they reach.
  const scopes = limits ? [...limits.values()] : [scope];
  const [orgId, another] = new Set(scopes.flatMap(({ orgIds }) => orgIds));
  const isOne = orgId !== undefined && another === undefined && !scopes.some(({ everywhere }) => everywhere);
  return isOne ? orgId : null;
}

/** What a procedure demands; throws for one that names nothing, which `assertGuarded` keeps from happening. */
export function accessOf(meta: Record<string, unknown>): Access {
  const access = meta.access as Access | undefined;
  if (!access) throw new MusterError('internal', 'This endpoint does not say who may use it.');
  return access;
}

/** Refuses to boot with a procedure or a raw route that does not say who may use it. */
export function assertGuarded(
  router: AnyRouter,
  rawRoutes: readonly { readonly path: string; readonly access?: Access }[],
): void {
  const open = [
    ...findUnguarded(router, []),
    ...rawRoutes.filter((route) => !route.access).map((route) => route.path),
  ];
  if (open.length > 0) throw new Error(`These endpoints do not say who may use them: ${open.join(', ')}`);
}

function findUnguarded(router: unknown, path: readonly string[]): string[] {
  if (isProcedure(router)) {
    const { access } = router['~orpc'].meta as { access?: Access };
    return access ? [] : [path.join('.')];
  }
  if (typeof router !== 'object' || router === null) return [];
  return Object.entries(router).flatMap(([name, part]) => findUnguarded(part, [...path, name]));
}
