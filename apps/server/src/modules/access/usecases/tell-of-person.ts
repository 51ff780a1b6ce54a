import type { Grant, OrgId, UserId } from '@muster/contracts';
import type { AuditTarget, AuditWho } from '@muster/contracts/audit';
import { sql } from 'drizzle-orm';
import type { Actor, Scope } from '../../../platform/actor.ts';
import type { AuditPort } from '../../../platform/bus/audit-port.ts';
import type { Tx } from '../../../platform/db/index.ts';

/** What the use cases need of the audit log. */
export type Appending = { readonly audit: Pick<AuditPort, 'append'> };

/** A person as the audit log names them: by the address of their account, removed ones too. */
async function personTarget(tx: Tx, userId: UserId): Promise<AuditTarget> {
  const { rows } = await tx.execute<{ email: string }>(
    sql`select email from users where id = ${userId}::uuid`,
  );
  return { kind: 'user', id: userId, name: rows[0]?.email ?? null };
}

/** The log of the one organisation in which somebody has all of their grants; null, the system's, otherwise. */
export function logOfPerson(scope: Scope, grants: readonly Pick<Grant, 'orgId'>[]): OrgId | null {
  const [orgId = null, ...others] = new Set(grants.map((grant) => grant.orgId));
  return orgId !== null && others.length === 0 && scope.orgIds.includes(orgId) ? orgId : null;
}

/** What the log keeps of a grant. */
type ToldGrant = Pick<Grant, 'id' | 'roleId' | 'roleName' | 'orgId' | 'siteId' | 'groupId'>;

/** Tells the log of the grant's place that a role was given there, or withdrawn. */
export async function tellOfGrant(
  { audit }: Appending,
  tx: Tx,
  change: {
    readonly by: Actor | AuditWho;
    readonly scope: Scope;
    readonly userId: UserId;
    readonly grant: ToldGrant;
    readonly given: boolean;
  },
): Promise<void> {
  const { by, scope, userId, grant, given } = change;
  const { id, roleId, roleName, orgId, siteId, groupId } = grant;
  const told = { grantId: id, roleId, roleName, orgId, siteId, groupId };
  await audit.append(tx, {
    by,
    orgId: logOfPerson(scope, [grant]),
    action: 'permission.changed',
    target: await personTarget(tx, userId),
    ...(given ? { after: told } : { before: told }),
  });
}
