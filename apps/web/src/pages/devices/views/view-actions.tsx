import { Anchor } from '@mantine/core';
import type { DeviceSort, OrgId, SavedView } from '@muster/contracts';
import { notify, notifyFailure } from '../../../actions/notify.ts';
import { useAction } from '../../../actions/use-action.ts';
import { api } from '../../../api/client.ts';
import { putView, readViewsAnew } from './use-views.ts';
import type { ViewedList } from './viewed-list.ts';

type Change = {
  readonly view: SavedView;
  readonly body: {
    readonly name?: string;
    readonly query?: string;
    readonly sort?: DeviceSort;
    readonly columns?: string[];
    readonly orgId?: OrgId | null;
  };
  /** How the sentence "View … " ends. */
  readonly said: string;
};

/** Changes a view; based on what was read, so that nobody else's change is overwritten. */
export function useChangeView(onDone?: () => void) {
  return useAction({
    run: ({ view, body }: Change) =>
      api.views.update({ viewId: view.id, ...body }, { context: { ifMatch: view.etag } }),
    said: ({ name }, { said }) => ({ title: `View ${name} ${said}` }),
    failed: ({ view }) => `Could not change view ${view.name}`,
    after: async (changed) => {
      if (changed) putView(changed);
      if (changed) onDone?.();
      await readViewsAnew();
    },
  });
}

/** Keeps what is seen under a name, and opens it. */
export function useSaveView(list: ViewedList, onDone: () => void) {
  return useAction({
    run: ({ name, orgId }: { name: string; orgId: OrgId | null }) =>
      api.views.create({
        ...{ name, orgId, query: list.query, sort: list.sort, columns: [...list.shownIds] },
      }),
    said: ({ name, orgName }) => ({ title: `View ${name} is saved${orgName ? ` for ${orgName}` : ''}` }),
    failed: ({ name }) => `Could not save view ${name}`,
    after: async (view) => {
      if (!view) return;
      putView(view);
      list.open(view);
      onDone();
    },
  });
}

/** Removes a view; what it was is kept for a change of mind while the notice stands. */
export function useRemoveView(list: ViewedList) {
  return useAction({
    run: (view: SavedView) => api.views.remove({ viewId: view.id }, { context: { ifMatch: view.etag } }),
    said: (_, view) => ({
      title: `View ${view.name} is removed`,
      record: (
        <Anchor component="button" type="button" size="sm" onClick={() => void restore(view)}>
          Undo
        </Anchor>
      ),
    }),
    failed: (view) => `Could not remove view ${view.name}`,
    after: async (_, view) => {
      await readViewsAnew();
      if (list.viewId === view.id) list.open(undefined);
    },
  });
}

async function restore({ name, query, sort, columns, orgId }: SavedView): Promise<void> {
  try {
    putView(await api.views.create({ name, query, sort, columns, orgId }));
    notify({ title: `View ${name} is back` });
  } catch (error) {
    notifyFailure(`Could not bring view ${name} back`, error);
  }
}
