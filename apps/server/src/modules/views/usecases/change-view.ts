import { MusterError, type SavedView, type ViewId } from '@muster/contracts';
import type { Actor } from '../../../platform/actor.ts';
import { sidesOf } from '../../../platform/bus/sides-of.ts';
import type { Tx } from '../../../platform/db/index.ts';
import { demandCurrent } from '../../../platform/http/index.ts';
import { deleteView, type ViewRow, writeView } from '../db/saved-views.ts';
import type { ViewsDeps } from '../views-deps.ts';
import {
  demandReadable,
  demandRoom,
  demandSharing,
  getView,
  type Keeper,
  keeperOf,
  toSavedView,
} from './keep-views.ts';

type Changeable = Pick<ViewRow, 'name' | 'query' | 'columns' | 'sort' | 'orgId'>;
type Named = { readonly viewId: ViewId; readonly ifMatch: string | undefined };
type Change = { readonly [Name in keyof Changeable]?: Changeable[Name] | undefined } & Named;

/** Changes a view; sharing it and taking it back are changes of its organisation. */
export async function changeView(
  deps: ViewsDeps,
  actor: Actor,
  { viewId, ifMatch, ...change }: Change,
): Promise<SavedView> {
  const keeper = keeperOf(actor);
  return deps.database.transaction(keeper.scope, async (tx) => {
    const before = await getChangeable(tx, keeper, { viewId, ifMatch });
    const said = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const wanted: ViewRow = { ...before, ...said };
    const isMoved = wanted.orgId !== before.orgId;
    if (isMoved) {
      if (before.orgId && wanted.orgId)
        throw new MusterError('invalid_input', 'Take the view back first, then share it elsewhere.', {
          field: 'orgId',
        });
      if (wanted.orgId) demandSharing(keeper, wanted.orgId);
      await demandRoom(tx, keeper, wanted.orgId);
    }
    // A name can be changed, and a view taken back, also where the query asks for a field that has gone since.
    if (wanted.query !== before.query || (isMoved && wanted.orgId)) demandReadable(deps, keeper, wanted);
    await writeView(tx, isMoved ? { ...wanted, ownerId: keeper.userId } : wanted);
    const after = await getView(tx, keeper, viewId);
    await recordChange(deps, tx, keeper.actor, { before, after });
    return toSavedView(keeper, after);
  });
}

/** Removes a view. */
export async function removeView(deps: ViewsDeps, actor: Actor, named: Named): Promise<void> {
  const keeper = keeperOf(actor);
  await deps.database.transaction(keeper.scope, async (tx) => {
    const { id, orgId, name, query, columns, sort } = await getChangeable(tx, keeper, named);
    await deleteView(tx, id);
    if (!orgId) return;
    await deps.audit.append(tx, {
      by: actor,
      orgId,
      action: 'view.removed',
      target: { kind: 'view', id, name },
      before: { name, query, columns, sort },
    });
  });
}

async function getChangeable(tx: Tx, keeper: Keeper, { viewId, ifMatch }: Named): Promise<ViewRow> {
  const view = await getView(tx, keeper, viewId);
  if (view.orgId) demandSharing(keeper, view.orgId);
  if (ifMatch === undefined)
    throw new MusterError('precondition_required', 'Send If-Match with the etag of the view last read.');
  demandCurrent(view.version, ifMatch, view.name);
  return view;
}

const KEPT = ['name', 'query', 'columns', 'sort'] as const;

/** Of private views nothing is written down: they change nothing for anybody else. */
async function recordChange(
  { audit }: ViewsDeps,
  tx: Tx,
  by: Actor,
  { before, after }: { before: ViewRow; after: ViewRow },
): Promise<void> {
  const orgId = after.orgId ?? before.orgId;
  if (!orgId) return;
  const entry = { by, orgId, target: { kind: 'view', id: after.id, name: after.name } } as const;
  const { name, query, columns, sort } = after;
  if (!before.orgId)
    return audit.append(tx, { ...entry, action: 'view.shared', after: { name, query, columns, sort } });
  if (!after.orgId)
    return audit.append(tx, { ...entry, action: 'view.taken_back', before: { name, query, columns, sort } });
  return audit.append(tx, { ...entry, action: 'view.changed', ...sidesOf(before, after, KEPT) });
}
