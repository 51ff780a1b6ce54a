import type { OrgId } from '@muster/contracts';
import type { AuditPort } from '../../platform/bus/audit-port.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import type { FieldCatalogue } from './catalogue.ts';

/** modules/membership, as far as fields and tags are concerned. */
export interface FieldGroupPort {
  /** Names of the smart groups of an organisation whose queries ask for the field. */
  askingFor(tx: Tx, orgId: OrgId, field: string): Promise<string[]>;
  /** Throws conflict where a smart group, with the tags written in this transaction, would stand on itself. */
  demandNoCircle(tx: Tx, orgId: OrgId, groupId: string): Promise<void>;
}

/** What the module is made from. */
export type FieldsDeps = {
  readonly database: Database;
  readonly audit: AuditPort;
  readonly catalogue: FieldCatalogue;
  readonly groups: FieldGroupPort;
  /** Throws conflict where groups, as they are about to be committed, break the policies that stand on them. */
  readonly demandSoundPolicies: (tx: Tx, orgId: OrgId) => Promise<void>;
  readonly onError: (error: unknown, part: string) => void;
};
