import { MusterError, type OrgId, type SavedView, type UserId, type ViewId } from '@muster/contracts';
import { type Actor, coversOrg, NOWHERE, requirePermission, type Scope } from '../../../platform/actor.ts';
import type { Tx } from '../../../platform/db/index.ts';
import { etagOf } from '../../../platform/http/index.ts';
import { newId } from '../../../platform/new-id.ts';
import { countBeside, insertView, lockView, readViews, type ViewRow } from '../db/saved-views.ts';
import type { ViewsDeps } from '../views-deps.ts';

/** Who asks, where they read devices, and where they share views. */
export type Keeper = {
  readonly actor: Actor;
  readonly userId: UserId;
  readonly scope: Scope;
  readonly sharing: Scope;
};

/** Throws forbidden for who reads no devices, and for what is no person. */
export function keeperOf(actor: Actor): Keeper {
  const scope = requirePermission(actor, 'devices:read');
  if (actor.kind !== 'person') throw new MusterError('forbidden', 'Only people keep views.');
  const mayShare = actor.permissions.has('views:share');
  return {
    actor,
    userId: actor.userId,
    scope,
    sharing: mayShare ? requirePermission(actor, 'views:share') : NOWHERE,
  };
}

/** One's own views and the shared ones, by name. */
export async function listViews({ database }: ViewsDeps, actor: Actor): Promise<SavedView[]> {
  const keeper = keeperOf(actor);
  const rows = await database.transaction(keeper.scope, (tx) => readViews(tx, keeper.userId, keeper.scope));
  return rows.map((row) => toSavedView(keeper, row));
}

type Wanted = Pick<ViewRow, 'name' | 'query' | 'columns' | 'sort' | 'orgId'>;

/** Keeps a view under a name; with an organisation, for everybody there. */
export async function createView(deps: ViewsDeps, actor: Actor, wanted: Wanted): Promise<SavedView> {
  const keeper = keeperOf(actor);
  const { orgId } = wanted;
  if (orgId) demandSharing(keeper, orgId);
  demandReadable(deps, keeper, wanted);
  const id = newId<ViewId>();
  return deps.database.transaction(keeper.scope, async (tx) => {
    await demandRoom(tx, keeper, orgId);
    await insertView(tx, { ...wanted, id, ownerId: keeper.userId });
    if (orgId) {
      const { name, query, columns, sort } = wanted;
      await deps.audit.append(tx, {
        by: actor,
        orgId,
        action: 'view.shared',
        target: { kind: 'view', id, name },
        after: { name, query, columns, sort },
      });
    }
    return toSavedView(keeper, await getView(tx, keeper, id));
  });
}

/** The view, locked; throws not_found for one that the person does not see. */
export async function getView(tx: Tx, { userId, scope }: Keeper, viewId: ViewId): Promise<ViewRow> {
  const view = await lockView(tx, userId, scope, viewId);
  if (!view) throw new MusterError('not_found', 'There is no such saved view.', { viewId });
  return view;
}

/** Throws for an organisation that is out of sight, or in which the person shares no views. */
export function demandSharing({ actor, scope, sharing }: Keeper, orgId: OrgId): void {
  if (!scope.orgIds.includes(orgId))
    throw new MusterError('not_found', 'There is no such organisation.', { orgId });
  requirePermission(actor, 'views:share');
  if (coversOrg(sharing, orgId)) return;
  const text =
    'Views are shared with a whole organisation; this needs the permission views:share in all of it.';
  throw new MusterError('forbidden', text, { permission: 'views:share', orgId });
}

/** Throws invalid_input with the place of each error; a shared query knows the fields of its organisation alone. */
export function demandReadable(
  { queries }: ViewsDeps,
  { scope }: Keeper,
  { query, orgId }: Pick<ViewRow, 'query' | 'orgId'>,
): void {
  queries.within(orgId ? [orgId] : scope.orgIds).compile(query);
}

/** A person has at most so many private views, and an organisation shared ones. */
const MOST_VIEWS = 200;

/** Throws conflict where there are as many as there may be. */
export async function demandRoom(tx: Tx, { userId }: Keeper, orgId: OrgId | null): Promise<void> {
  if ((await countBeside(tx, userId, orgId)) < MOST_VIEWS) return;
  const whose = orgId ? 'An organisation has at most 200 shared' : 'A person has at most 200 private';
  throw new MusterError('conflict', `${whose} views; remove one first.`, { most: MOST_VIEWS });
}

/** A row in the contract's shape, for who asks. */
export function toSavedView(
  { sharing }: Pick<Keeper, 'sharing'>,
  { ownerId: _, version, ...row }: ViewRow,
): SavedView {
  return { ...row, mayChange: row.orgId === null || coversOrg(sharing, row.orgId), etag: etagOf(version) };
}
