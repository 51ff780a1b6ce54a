import { useLocalStorage, useMediaQuery } from '@mantine/hooks';
import { useMemo } from 'react';
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
  const visible = useMemo(
    () => columns.filter(({ id, isExtra, isNarrow: fits }) => (isNarrow ? fits : (chosen[id] ?? !isExtra))),
    [columns, chosen, isNarrow],
  );
  const toggleColumn = (id: string) => {
    const isShown = visible.some((column) => column.id === id);
    setChosen((before) => ({ ...before, [id]: !isShown }));
  };
  return {
    rows,
    columns,
    visible,
    toggleColumn,
    density: isNarrow ? 'comfortable' : density,
    setDensity,
  };
}
