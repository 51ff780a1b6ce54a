import type { EnrolmentToken, EnrolmentTokenId, OrgId, SiteId } from '@muster/contracts';
import { type TokenFacts, tokenState } from './token-state.ts';

type Stored = TokenFacts & {
  readonly id: string;
  readonly orgId: string;
  readonly siteId: string;
  readonly siteName: string;
  readonly description: string;
  readonly tags: Record<string, string>;
  readonly needsApproval: boolean;
  readonly createdAt: Date;
  readonly createdByName: string | null;
};

/** A stored token as the API shows it: never its secret. */
export function toToken(row: Stored, now: Date): EnrolmentToken {
  return {
    id: row.id as EnrolmentTokenId,
    orgId: row.orgId as OrgId,
    siteId: row.siteId as SiteId,
    siteName: row.siteName,
    description: row.description,
    usesAllowed: row.usesAllowed,
    uses: row.uses,
    tags: row.tags,
    needsApproval: row.needsApproval,
    state: tokenState(row, now),
    expiresAt: row.expiresAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdByName,
  };
}
