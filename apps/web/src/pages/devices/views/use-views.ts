import type { SavedView } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef } from 'react';
import { queries } from '../../../api/client.ts';
import { queryClient } from '../../../api/query-client.ts';
import type { ViewedList } from './viewed-list.ts';

/** The saved views that the person sees, by name. */
export function useViews(isWanted: boolean) {
  return useQuery(queries.views.list.queryOptions({ enabled: isWanted }));
}

/** Reads the views again. */
export async function readViewsAnew(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: queries.views.key() });
}

/** A view that was just saved, before the list of views is read again: nothing flickers meanwhile. */
export function putView(view: SavedView): void {
  queryClient.setQueryData(queries.views.list.queryOptions().queryKey, (before) => ({
    items: [...(before?.items ?? []).filter(({ id }) => id !== view.id), view].sort((one, other) =>
      one.name.localeCompare(other.name),
    ),
  }));
}

/** Shows the columns of the view in the URL, and its query and order where the URL says nothing else. */
export function useShownView(list: ViewedList, view: SavedView | undefined): void {
  const shown = useRef<string>(undefined);
  const show = useEffectEvent(() => {
    if (view && shown.current !== view.id) {
      list.showColumns(view.columns.length > 0 ? view.columns : null);
      if (list.query === '' && !list.isSorted) list.open(view);
    }
    if (list.viewId === undefined && shown.current !== undefined) list.showColumns(null);
    shown.current = list.viewId === undefined ? undefined : view?.id;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: when another view comes into the URL, or has been read.
  useEffect(() => show(), [view?.id, list.viewId]);
}

/** Whether what is seen differs from what the view says. */
export function isChanged({ query, sort, shownIds }: ViewedList, view: SavedView): boolean {
  const hasOtherColumns =
    view.columns.length > 0 && view.columns.toSorted().join() !== shownIds.toSorted().join();
  return query !== view.query || sort !== view.sort || hasOtherColumns;
}
