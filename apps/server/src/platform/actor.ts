import {
  type ApiKeyId,
  type DeviceId,
  type GroupId,
  MusterError,
  type OrgId,
  type Permission,
  type SessionId,
  type SiteId,
  type UserId,
} from '@muster/contracts';

/** Who asks. Rights are read at each request; nothing here outlives it. */
export type Actor =
  | {
      readonly kind: 'person';
      readonly userId: UserId;
      /** Of an API key, where the request came with one. */
      readonly sessionId: SessionId;
      readonly name: string;
      readonly address: string;
      /** What they may do anywhere at all; where, `requirePermission` tells. */
      readonly permissions: ReadonlySet<Permission>;
      /** Where each of the permissions holds alike. Only what `requirePermission` returns may be wider. */
      readonly scope: Scope;
      /** Where each permission holds; without it all hold in `scope`. */
      readonly limits?: ReadonlyMap<Permission, Scope>;
      /** A role demands a second factor that this session was not proved with: nothing but setting one up is open. */
      readonly mustSetUpFactor?: boolean;
      /** They proved who they are too long ago for dangerous permissions. */
      readonly isProofOld?: boolean;
      /** By which methods they can prove it again, where it is old; none of a person whom only a provider knows. */
      readonly provableBy?: readonly string[];
      /** They came with an access token: it is good for requests, not for getting anything that outlives it. */
      readonly byAccessToken?: boolean;
      /** The API key that speaks for the person. */
      readonly key?: { readonly id: ApiKeyId; readonly name: string };
    }
  | { readonly kind: 'device'; readonly deviceId: DeviceId; readonly scope: Scope }
  | { readonly kind: 'system'; readonly part: string; readonly scope: Scope };

/**
 * What a piece of work may see. Row-level security carries the organisations; the rest is every query's own argument
 * (platform/db/in-scope.ts).
 */
export type Scope = {
  readonly orgIds: readonly OrgId[];
  /** The whole installation, organisations to come included. */
  readonly everywhere?: true;
  /** Where not all of `orgIds` is open: the organisations that are, and of the others single sites and static groups. */
  readonly only?: {
    readonly orgIds: readonly OrgId[];
    readonly siteIds: readonly SiteId[];
    readonly groupIds: readonly GroupId[];
  };
  /** Of all that, this device alone: a node-bound key. */
  readonly deviceId?: DeviceId;
};

/** Sees nothing. */
export const NOWHERE: Scope = Object.freeze({ orgIds: Object.freeze([]) });

/**
 * Where the actor may use the permission; throws forbidden where nowhere. Queries take what this returns, never
 * `actor.scope`. Parts of the server act for themselves; a device asks for nothing by permission.
 */
export function requirePermission(actor: Actor, permission: Permission): Scope {
  if (actor.kind === 'system') return actor.scope;
  if (actor.kind === 'person' && actor.permissions.has(permission)) {
    return actor.limits ? (actor.limits.get(permission) ?? NOWHERE) : actor.scope;
  }
  throw new MusterError('forbidden', `This needs the permission ${permission}.`, { permission });
}

/** The organisations that are open as a whole. */
export function wholeOrgs(scope: Scope): readonly OrgId[] {
  if (scope.deviceId) return [];
  return scope.only ? scope.only.orgIds : scope.orgIds;
}

/** Whether a whole organisation is in the scope. */
export function coversOrg(scope: Scope, orgId: OrgId): boolean {
  return wholeOrgs(scope).includes(orgId);
}

/** Whether a whole site is in the scope. */
export function coversSite(scope: Scope, site: { readonly id: SiteId; readonly orgId: OrgId }): boolean {
  return (
    coversOrg(scope, site.orgId) || (!scope.deviceId && (scope.only?.siteIds.includes(site.id) ?? false))
  );
}
