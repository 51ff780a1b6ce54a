import { useLocalStorage, useMediaQuery } from '@mantine/hooks';
import { useCallback, useMemo, useState } from 'react';
import type { ListColumn } from './list-column.ts';

/** Row heights in pixels. */
export const ROW_HEIGHTS = { comfortable: 40, compact: 30 } as const;

/** How dense a list is. */
type Density = keyof typeof ROW_HEIGHTS;

/** What a person chose for one list; kept in this browser. */
export type ListSettings<Row> = {
  readonly rows: readonly Row[];
  readonly columns: readonly ListColumn<Row>[];
  /** The columns that are shown, in their order. */
  readonly visible: readonly ListColumn<Row>[];
  readonly toggleColumn: (id: string) => void;
  /** The columns that would be shown on a wide screen, by id. */
  readonly shownIds: readonly string[];
  /** Shows these columns for as long as the list stands there; null: again those that the person chose. */
  readonly showColumns: (ids: readonly string[] | null) => void;
  readonly density: Density;
  readonly setDensity: (density: Density) => void;
};

/** Columns shown and density, for a list over these rows. */
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
  const [chosen, setChosen] = useLocalStorage<Readonly<Record<string, boolean>>>({
    key: `muster.list.${name}.columns`,
    defaultValue: {},
  });
  const [given, setGiven] = useState<Readonly<Record<string, boolean>> | null>(null);
  const wide = useMemo(
    () => columns.filter(({ id, isExtra }) => (given ?? chosen)[id] ?? !isExtra),
    [columns, chosen, given],
  );
  const visible = useMemo(
    () => (isNarrow ? columns.filter(({ isNarrow: fits }) => fits) : wide),
    [columns, wide, isNarrow],
  );
  const shownIds = useMemo(() => wide.map(({ id }) => id), [wide]);
  const showColumns = useCallback(
    (ids: readonly string[] | null) =>
      setGiven(ids && Object.fromEntries(columns.map(({ id }) => [id, ids.includes(id)]))),
    [columns],
  );
  const toggleColumn = (id: string) => {
    const change = { [id]: !shownIds.includes(id) };
    if (given) setGiven({ ...given, ...change });
    else setChosen((before) => ({ ...before, ...change }));
  };
  return {
    rows,
    columns,
    visible,
    toggleColumn,
    shownIds,
    showColumns,
    density: isNarrow ? 'comfortable' : density,
    setDensity,
  };
}
