import type { DeviceSort, SavedView } from '@muster/contracts';

/** The devices list as it is seen now: what a view keeps, and how one is opened. */
export type ViewedList = {
  readonly viewId: string | undefined;
  readonly query: string;
  readonly sort: DeviceSort;
  /** Whether the URL says an order. */
  readonly isSorted: boolean;
  readonly shownIds: readonly string[];
  /** null: the person's own. */
  readonly showColumns: (ids: readonly string[] | null) => void;
  /** Puts the view into the URL; undefined leaves the list as it is without one. */
  readonly open: (view: SavedView | undefined) => void;
};
