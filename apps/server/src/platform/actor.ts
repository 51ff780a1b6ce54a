import type { DeviceId, OrgId, Permission, SessionId, UserId } from '@muster/contracts';

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
