import type { contract, GroupId, OrgId } from '@muster/contracts';
import type { InferContractRouterOutputs } from '@orpc/contract';
import type { Actor } from '../../platform/actor.ts';
import type { AuditPort } from '../../platform/bus/audit-port.ts';
import type { Database, Tx } from '../../platform/db/index.ts';

/** What the use cases of access share. */
export type AccessDeps = {
  readonly database: Database;
  readonly audit: AuditPort;
  readonly smartGroups: SmartGroupPort;
  readonly policies: GroupPolicyPort;
  readonly tags: GroupTagPort;
};

/** modules/fields. */
export interface GroupTagPort {
  /** The priority of a smart group was committed as another one: which of several tags a device has may follow from it. */
  weighed(groupId: GroupId): Promise<void>;
}

/** modules/policies. */
export interface GroupPolicyPort {
  /** Throws conflict where groups, as they are about to be committed, break the policies that stand on them. */
  demandSound(tx: Tx, orgId: OrgId): Promise<void>;
}

/** A smart group as somebody wants it to be. */
export type WantedGroup = {
  readonly id: GroupId;
  readonly orgId: OrgId;
  readonly name: string;
  readonly query: string;
};

/** modules/membership. */
export interface SmartGroupPort {
  /** Throws invalid_input for a query that cannot be read, conflict for one that would make the group stand on itself. */
  check(tx: Tx, wanted: WantedGroup): Promise<void>;
  /** Throws conflict where this group, or a smart one inside it, as they lie now, stands on itself. */
  demandLayered(tx: Tx, group: { readonly orgId: OrgId; readonly id: GroupId }): Promise<void>;
  /** Names of smart groups whose query names this group: it cannot be renamed or removed under them. */
  namedBy(tx: Tx, group: { readonly orgId: OrgId; readonly name: string }): Promise<string[]>;
  preview(actor: Actor, input: PreviewInput): Promise<Preview>;
}

export type PreviewInput = {
  readonly query: string;
  readonly groupId?: GroupId | undefined;
  readonly orgId?: OrgId | undefined;
};
export type Preview = InferContractRouterOutputs<typeof contract.groups>['preview'];
