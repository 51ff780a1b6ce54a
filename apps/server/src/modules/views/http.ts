import { contract } from '@muster/contracts';
import { implement } from '@orpc/server';
import type { RequestContext } from '../../platform/http/index.ts';
import { changeView, removeView } from './usecases/change-view.ts';
import { createView, listViews } from './usecases/keep-views.ts';
import type { ViewsDeps } from './views-deps.ts';

const ifMatchOf = ({ headers }: RequestContext) => headers.get('if-match') ?? undefined;

/** Routes of contract.views. */
export function createViewRoutes(deps: ViewsDeps) {
  const os = implement(contract.views).$context<RequestContext>();
  return os.router({
    list: os.list.handler(async ({ context }) => ({ items: await listViews(deps, context.actor) })),
    create: os.create.handler(({ input, context }) => createView(deps, context.actor, input)),
    update: os.update.handler(({ input, context }) =>
      changeView(deps, context.actor, { ...input, ifMatch: ifMatchOf(context) }),
    ),
    remove: os.remove.handler(({ input, context }) =>
      removeView(deps, context.actor, { ...input, ifMatch: ifMatchOf(context) }),
    ),
  });
}
