import { type EnrolmentToken, type EnrolmentTokenId, MusterError, type OrgId } from '@muster/contracts';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import { findToken, revokeTokenRow } from '../db/tokens.ts';
import { toToken } from '../domain/to-token.ts';
import type { EnrolmentDeps } from '../enrolment-deps.ts';

/** Ends a token; devices that came by it stay. Revoking twice is the same as once. */
export async function revokeToken(
  deps: Pick<EnrolmentDeps, 'database' | 'audit' | 'clock'>,
  actor: Actor,
  { tokenId }: { readonly tokenId: EnrolmentTokenId },
): Promise<EnrolmentToken> {
  const scope = requirePermission(actor, 'tokens:manage');
  const now = new Date(deps.clock.now());
  return deps.database.transaction(scope, async (tx) => {
    const before = await findToken(tx, scope, tokenId);
    await revokeTokenRow(tx, scope, tokenId, now);
    const token = await findToken(tx, scope, tokenId);
    if (token === undefined)
      throw new MusterError('not_found', 'There is no such enrolment token.', { tokenId });
    await deps.audit.append(tx, {
      by: actor,
      orgId: token.orgId as OrgId,
      action: 'token.revoked',
      target: { kind: 'enrolment_token', id: tokenId, name: token.description || token.handle },
      before: { state: before && toToken(before, now).state },
      after: { state: toToken(token, now).state },
    });
    return toToken(token, now);
  });
}
