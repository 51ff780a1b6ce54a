import { type EnrolmentToken, MusterError } from '@muster/contracts';
import { type Actor, requirePermission } from '../../../platform/actor.ts';
import { isId } from '../../../platform/new-id.ts';
import { countTokens, listTokenRows } from '../db/tokens.ts';
import { toToken } from '../domain/to-token.ts';
import type { EnrolmentDeps } from '../enrolment-deps.ts';

export type TokenPage = {
  items: EnrolmentToken[];
  next: string | null;
  count?: { value: number; exact: boolean };
};

/** Tokens, newest first, spent ones included. The cursor is the last id of the page before. */
export async function listTokens(
  deps: Pick<EnrolmentDeps, 'database' | 'clock'>,
  actor: Actor,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<TokenPage> {
  const scope = requirePermission(actor, 'tokens:read');
  if (cursor !== undefined && !isId(cursor)) {
    throw new MusterError('invalid_input', 'The cursor is not one that this list gave out.', { cursor });
  }
  const now = new Date(deps.clock.now());
  return deps.database.transaction(scope, async (tx) => {
    const rows = await listTokenRows(tx, scope, { before: cursor, limit: limit + 1 });
    const items = rows.slice(0, limit).map((row) => toToken(row, now));
    const next = rows.length > limit ? (items.at(-1)?.id ?? null) : null;
    if (cursor !== undefined) return { items, next };
    return { items, next, count: { value: await countTokens(tx, scope), exact: true } };
  });
}
