import type { EnrolmentTokenId, OrgId, SiteId } from '@muster/contracts';
import { and, desc, eq, gt, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import type { Scope } from '../../../platform/actor.ts';
import { siteInScope, type Tx } from '../../../platform/db/index.ts';
import { enrolmentTokens, type NewTokenRow, type TokenRow } from './tables.ts';

/** A token with the names that people see. */
export type NamedToken = TokenRow & { readonly siteName: string; readonly createdByName: string | null };

/** Stores a token. */
export async function insertToken(tx: Tx, token: NewTokenRow): Promise<void> {
  await tx.insert(enrolmentTokens).values(token);
}

/** Tokens of the scope, newest first, after the id `before`. */
export async function listTokenRows(
  tx: Tx,
  scope: Scope,
  page: { before?: string | undefined; limit: number },
): Promise<NamedToken[]> {
  const older = page.before === undefined ? undefined : lt(enrolmentTokens.id, page.before);
  const rows = await tx
    .select(named)
    .from(enrolmentTokens)
    .where(and(inScope(scope), older))
    .orderBy(desc(enrolmentTokens.id))
    .limit(page.limit);
  return rows.map(toNamed);
}

/** One token of the scope. */
export async function findToken(tx: Tx, scope: Scope, id: EnrolmentTokenId): Promise<NamedToken | undefined> {
  const rows = await tx
    .select(named)
    .from(enrolmentTokens)
    .where(and(inScope(scope), eq(enrolmentTokens.id, id)));
  return rows.map(toNamed)[0];
}

/** Counts the tokens of the scope. */
export function countTokens(tx: Tx, scope: Scope): Promise<number> {
  return tx.$count(enrolmentTokens, inScope(scope));
}

/** Marks as revoked what is not yet; the first moment stays. */
export async function revokeTokenRow(tx: Tx, scope: Scope, id: EnrolmentTokenId, now: Date): Promise<void> {
  await tx
    .update(enrolmentTokens)
    .set({ revokedAt: now })
    .where(and(inScope(scope), eq(enrolmentTokens.id, id), isNull(enrolmentTokens.revokedAt)));
}

/** The token of a handle, in any organisation: before enrolment there is no scope. For muster_system only. */
export async function findTokenByHandle(tx: Tx, handle: string): Promise<TokenRow | undefined> {
  const [row] = await tx.select().from(enrolmentTokens).where(eq(enrolmentTokens.handle, handle));
  return row;
}

/** Takes one use, if the token is good at this moment. Two machines never share the last one. */
export async function takeTokenUse(tx: Tx, id: string, now: Date): Promise<boolean> {
  const taken = await tx
    .update(enrolmentTokens)
    .set({ uses: sql`${enrolmentTokens.uses} + 1` })
    .where(
      and(
        eq(enrolmentTokens.id, id),
        isNull(enrolmentTokens.revokedAt),
        gt(enrolmentTokens.expiresAt, now),
        or(isNull(enrolmentTokens.usesAllowed), lt(enrolmentTokens.uses, enrolmentTokens.usesAllowed)),
      ),
    )
    .returning({ id: enrolmentTokens.id });
  return taken.length === 1;
}

/** Id and organisation of a site in the scope; without `siteId` the only site there is. */
export async function findSite(
  tx: Tx,
  scope: Scope,
  siteId: SiteId | undefined,
): Promise<{ sites: { id: SiteId; orgId: OrgId }[] }> {
  const { rows } = await tx.execute<{ id: SiteId; org_id: OrgId }>(sql`
    select id, org_id from sites where ${siteInScope(scope, sql`org_id`, sql`id`)} and deleted_at is null
      and (${siteId ?? null}::uuid is null or id = ${siteId ?? null}) limit 2`);
  return { sites: rows.map((row) => ({ id: row.id, orgId: row.org_id })) };
}

const named = {
  token: enrolmentTokens,
  siteName: sql<string>`(select name from sites where sites.id = ${enrolmentTokens.siteId})`,
  createdByName: sql<string | null>`(select name from users where users.id = ${enrolmentTokens.createdBy})`,
};

function toNamed(row: { token: TokenRow; siteName: string; createdByName: string | null }): NamedToken {
  return { ...row.token, siteName: row.siteName, createdByName: row.createdByName };
}

function inScope(scope: Scope) {
  return and(
    inArray(enrolmentTokens.orgId, [...scope.orgIds]),
    siteInScope(scope, sql`${enrolmentTokens.orgId}`, sql`${enrolmentTokens.siteId}`),
  );
}
