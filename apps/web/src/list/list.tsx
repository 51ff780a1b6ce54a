import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, useCallback, useEffect, useEffectEvent, useMemo, useRef } from 'react';
import classes from './list.module.css';
import type { ListColumn, ListRows } from './list-column.ts';
import { ListHead } from './list-head.tsx';
import { ListRow } from './list-row.tsx';
import { useListKeys } from './use-list-keys.ts';
import { type ListSettings, ROW_HEIGHTS } from './use-list-settings.ts';
import type { Selection } from './use-selection.ts';

/** Rows drawn beyond each edge of what is seen. */
const OVERSCAN = 12;
/** More is asked for when this many rows are left below. */
const LOAD_AHEAD = 60;

export type ListProps<Row> = ListRows<Row> & {
  /** What the list holds, for who hears it. */
  readonly label: string;
  readonly settings: ListSettings<Row>;
  readonly rows: readonly Row[];
  /** How many there are in all, as far as the server has said. */
  readonly total: number | undefined;
  readonly sort?: string | undefined;
  readonly onSort?: (sort: string) => void;
  readonly selection?: Selection;
  readonly onEndNear: () => void;
  /** Ids of the rows on the screen, for live views. */
  readonly onSeen?: (ids: readonly string[]) => void;
  /** The server does not answer, or the connection is gone: what is shown is old. */
  readonly isStale?: boolean;
};

/** The one list: virtual rows, one line each, that are read page by page as they are scrolled to. */
export function List<Row>(props: ListProps<Row>) {
  const { settings, rows, rowId, selection } = props;
  const viewport = useRef<HTMLDivElement>(null);
  const ids = useMemo(() => rows.map(rowId), [rows, rowId]);
  const height = ROW_HEIGHTS[settings.density];
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => height,
    overscan: OVERSCAN,
    // A new function would have every row of the list measured again, with each step of the wheel.
    getItemKey: useCallback((index: number) => ids[index] ?? index, [ids]),
  });
  const items = virtual.getVirtualItems();
  const keys = useListKeys({
    ids,
    selection,
    viewport,
    scrollTo: (index) => virtual.scrollToIndex(index),
    open: (index) => {
      const row = rows[index];
      if (row !== undefined) props.onOpen(row);
    },
  });
  const toggle = useToggle(selection, ids);
  useSeen(props, { first: items[0]?.index ?? 0, last: items.at(-1)?.index ?? -1 });
  return (
    <div className={classes.viewport} ref={viewport} data-stale={props.isStale}>
      <table
        onKeyDown={keys.onKeyDown}
        aria-label={props.label}
        aria-rowcount={(props.total ?? rows.length) + 1}
        style={layout(settings.visible, selection !== undefined)}
        className={classes.table}
      >
        <ListHead {...{ settings, selection, ids }} sort={props.sort} onSort={props.onSort} />
        <tbody className={classes.body} style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            const id = ids[item.index] ?? rowId(row);
            return (
              <ListRow
                key={item.key}
                {...{ row, id, height, index: item.index, top: item.start }}
                columns={settings.visible}
                name={props.rowName(row)}
                onOpen={props.onOpen}
                onActive={keys.setActive}
                selected={selection?.ids.has(id)}
                onToggle={toggle}
              />
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** One function for all rows, so that no row is drawn again because of another. */
function useToggle(selection: Selection | undefined, ids: readonly string[]) {
  const all = useRef(ids);
  useEffect(() => {
    all.current = ids;
  }, [ids]);
  const { toggle, reach } = selection ?? {};
  return useMemo(
    () => toggle && ((id: string, isReach: boolean) => (isReach ? reach?.(id, all.current) : toggle(id))),
    [toggle, reach],
  );
}

const CHECK_WIDTH = 36;
const ROW_PADDING = 20;

/** Every row is a grid of its own with these columns; none is narrower than its columns ask for. */
function layout<Row>(columns: readonly ListColumn<Row>[], isSelectable: boolean): CSSProperties {
  const widths = columns.map(({ width, grow }) => `minmax(${width}px, ${grow ?? 1}fr)`);
  const template = [...(isSelectable ? [`${CHECK_WIDTH}px`] : []), ...widths].join(' ');
  const least = columns.reduce(
    (sum, { width }) => sum + width,
    ROW_PADDING + (isSelectable ? CHECK_WIDTH : 0),
  );
  return { '--columns': template, minWidth: least } as CSSProperties;
}

/** Asks for more before the end is seen, and says which rows are seen once scrolling rests. */
function useSeen<Row>(props: ListProps<Row>, { first, last }: { first: number; last: number }): void {
  const { rows } = props;
  const tell = useEffectEvent(() => {
    props.onSeen?.(rows.slice(first, last + 1).map(props.rowId));
  });
  const reachEnd = useEffectEvent(() => {
    if (last >= rows.length - LOAD_AHEAD) props.onEndNear();
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows themselves change with each live value; only which ones are seen matters here.
  useEffect(() => {
    reachEnd();
    const timer = window.setTimeout(() => tell(), 120);
    return () => window.clearTimeout(timer);
  }, [first, last, rows.length]);
}
