import type { ReactNode } from 'react';

/** A column of a list. */
export type ListColumn<Row> = {
  readonly id: string;
  readonly title: string;
  /** Pixels at least; what is left over goes to the columns by `grow`. */
  readonly width: number;
  readonly grow?: number;
  /** The server's name for ordering by this column. */
  readonly sort?: string;
  /** Larger values first when the column is first clicked. */
  readonly sortsDown?: boolean;
  readonly align?: 'end';
  /** Not shown until somebody asks for it. */
  readonly isExtra?: boolean;
  /** Also shown where there is room for two columns only. */
  readonly isNarrow?: boolean;
  readonly cell: (row: Row) => ReactNode;
  /** The value as it is exported. */
  readonly value: (row: Row) => string | number | null;
};

/** What is common to every list: how its rows are named, told apart and opened. */
export type ListRows<Row> = {
  readonly rowId: (row: Row) => string;
  readonly rowName: (row: Row) => string;
  readonly onOpen: (row: Row) => void;
};
