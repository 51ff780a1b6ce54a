import { Button } from '@mantine/core';
import type { DeviceSort, SavedView } from '@muster/contracts';
import { IconBookmark } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, memo, useCallback } from 'react';
import { OnDemandMenu } from '../../../parts/on-demand-menu.tsx';
import { isChanged, useShownView, useViews } from './use-views.ts';
import type { ViewedList } from './viewed-list.ts';
import classes from './views.module.css';

const loadMenu = () => import('./view-menu.tsx');
const ViewMenu = lazy(loadMenu);
const route = getRouteApi('/console/devices');

type ViewsProps = Pick<ViewedList, 'shownIds' | 'showColumns'>;

/** Beside the filter: which saved view is open, and the menu of all. */
export const Views = memo(function Views({ shownIds, showColumns }: ViewsProps) {
  const { q: query = '', sort, view: viewId } = route.useSearch();
  const open = useOpen();
  const list: ViewedList = {
    ...{ viewId, query, sort: sort ?? 'hostname', isSorted: sort !== undefined, shownIds, showColumns, open },
  };
  const views = useViews(viewId !== undefined);
  const view = views.data?.items.find(({ id }) => id === viewId);
  useShownView(list, view);
  const state = viewId === undefined ? undefined : stateOf(list, view, views);
  return (
    <OnDemandMenu
      preload={loadMenu}
      button={(events) => (
        <Button
          {...events}
          variant="default"
          className={classes.button}
          leftSection={<IconBookmark size={16} aria-hidden />}
        >
          <span className={classes.name}>{view?.name ?? 'Views'}</span>
          {state && <span className={classes.state}>{state}</span>}
        </Button>
      )}
    >
      {(target) => <ViewMenu {...{ list, view, target }} />}
    </OnDemandMenu>
  );
});

/** In a word; undefined for a view that is seen as it was saved. */
function stateOf(
  list: ViewedList,
  view: SavedView | undefined,
  { isPending, isError }: ReturnType<typeof useViews>,
): string | undefined {
  if (view) return isChanged(list, view) ? 'changed' : undefined;
  if (isPending) return undefined;
  return isError ? 'not read' : 'not found';
}

function useOpen() {
  const navigate = route.useNavigate();
  return useCallback(
    (view: SavedView | undefined) =>
      void navigate({
        search: ({ scope }) => ({
          scope,
          ...(view
            ? { view: view.id, q: view.query === '' ? undefined : view.query, sort: view.sort as DeviceSort }
            : {}),
        }),
      }),
    [navigate],
  );
}
