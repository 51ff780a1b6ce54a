import { MusterError, type User, type UserId } from '@muster/contracts';
import { type Actor, requirePermission, type Scope } from '../../../platform/actor.ts';
import type { Tx } from '../../../platform/db/index.ts';
import { isId } from '../../../platform/new-id.ts';
import { findGrants, toGrant } from '../../access/index.ts';
import { countPeople, findPerson, listPeople, type PersonRow } from '../db/people.ts';
import type { IdentityDeps } from '../identity-deps.ts';

export type ListUsersInput = {
  readonly search: string;
  readonly cursor?: string | undefined;
  readonly limit: number;
};
export type UserPage = {
  items: User[];
  next: string | null;
  count?: { value: number; exact: boolean };
};

/** People whom the actor may see, with those of their grants that are in sight. The cursor is the last id before. */
export async function listUsers(
  deps: Pick<IdentityDeps, 'database'>,
  actor: Actor,
  { search, cursor, limit }: ListUsersInput,
): Promise<UserPage> {
  const scope = requirePermission(actor, 'users:read');
  if (cursor !== undefined && !isId(cursor))
    throw new MusterError('invalid_input', 'The cursor is not one that this list gave out.', { cursor });
  return deps.database.transaction(scope, async (tx) => {
    const rows = await listPeople(tx, scope, { search, after: cursor, limit: limit + 1 });
    const items = await withGrants(tx, scope, rows.slice(0, limit));
    const next = rows.length > limit ? (items.at(-1)?.id ?? null) : null;
    if (cursor !== undefined) return { items, next };
    return { items, next, count: { value: await countPeople(tx, scope, search), exact: true } };
  });
}

/** One person; throws not_found where the actor cannot see them. */
export async function getUser(
  deps: Pick<IdentityDeps, 'database'>,
  actor: Actor,
  userId: UserId,
): Promise<User> {
  const scope = requirePermission(actor, 'users:read');
  return deps.database.transaction(scope, (tx) => readUser(tx, scope, userId));
}

/** The same in a transaction that is open. */
export async function readUser(tx: Tx, scope: Scope, userId: UserId): Promise<User> {
  const row = await findPerson(tx, scope, userId);
  const [user] = row ? await withGrants(tx, scope, [row]) : [];
  if (!user) throw new MusterError('not_found', 'There is no such person.', { userId });
  return user;
}

async function withGrants(tx: Tx, scope: Scope, rows: readonly PersonRow[]): Promise<User[]> {
  const grants = await findGrants(
    tx,
    scope,
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({
    ...row,
    grants: grants.filter((grant) => grant.userId === row.id).map(toGrant),
  }));
}
