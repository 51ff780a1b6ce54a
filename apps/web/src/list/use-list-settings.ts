import { useLocalStorage, useMediaQuery } from '@mantine/hooks';
import { getCoreRowModel, type Table, type Row as TableRow, useReactTable } from '@tanstack/react-table';
import { useMemo } from 'react';
import type { ListColumn } from './list-column.ts';

/** Row heights in pixels. */
export const ROW_HEIGHTS = { comfortable: 40, compact: 30 } as const;

/** How dense a list is. */
export type Density = keyof typeof ROW_HEIGHTS;

/** What a person chose for one list; kept in this browser. */
export type ListSettings<Row> = {
  readonly table: Table<Row>;
  readonly columns: readonly ListColumn<Row>[];
  readonly visible: readonly ListColumn<Row>[];
  readonly isNarrow: boolean;
  readonly density: Density;
  readonly setDensity: (density: Density) => void;
};

export type { TableRow };

/** Columns shown, density, and the table model over the rows. */
export function useListSettings<Row>(
  name: string,
  columns: readonly ListColumn<Row>[],
  rows: readonly Row[],
): ListSettings<Row> {
  const isNarrow = useMediaQuery('(max-width: 48em)') ?? false;
  const [density, setDensity] = useLocalStorage<Density>({
    key: `muster.list.${name}.density`,
    defaultValue: 'comfortable',
  });
  const [chosen, setChosen] = useLocalStorage<Record<string, boolean>>({
    key: `muster.list.${name}.columns`,
    defaultValue: Object.fromEntries(columns.filter((one) => one.isExtra).map((one) => [one.id, false])),
  });
  const definitions = useMemo(
    () => columns.map(({ id, title, value }) => ({ id, header: title, accessorFn: value })),
    [columns],
  );
  const table = useReactTable<Row>({
    data: rows as Row[],
    columns: definitions,
    getCoreRowModel: getCoreRowModel(),
    manualSorting: true,
    state: { columnVisibility: chosen },
    onColumnVisibilityChange: (change) =>
      setChosen((before) => (typeof change === 'function' ? change(before) : change)),
  });
  const shown = new Set(table.getVisibleLeafColumns().map(({ id }) => id));
  const visible = columns.filter((column) => (isNarrow ? column.isNarrow : shown.has(column.id)));
  return { table, columns, visible, isNarrow, density: isNarrow ? 'comfortable' : density, setDensity };
}
