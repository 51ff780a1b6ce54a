import { Checkbox } from '@mantine/core';
import { type MouseEvent, memo } from 'react';
import classes from './list.module.css';
import type { ListColumn } from './list-column.ts';

type ListRowProps<Row> = {
  readonly row: Row;
  readonly id: string;
  readonly name: string;
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly columns: readonly ListColumn<Row>[];
  readonly selected: boolean | undefined;
  readonly onOpen: (row: Row) => void;
  readonly onToggle: ((id: string) => void) | undefined;
  readonly onActive: (index: number) => void;
};

function PlainListRow<Row>(props: ListRowProps<Row>) {
  const { row, id, index, top, height, onOpen, onToggle, selected } = props;
  // The name's link is what opens a row by keyboard; a click anywhere else on the row does the same.
  const click = (event: MouseEvent) => {
    if (event.target instanceof Element && !event.target.closest('a, button, input, label')) onOpen(row);
  };
  return (
    <tr
      aria-rowindex={index + 2}
      data-index={index}
      data-selected={selected}
      className={classes.row}
      style={{ height, transform: `translateY(${top}px)` }}
      onClick={click}
      onFocus={() => props.onActive(index)}
    >
      {onToggle && (
        <td className={classes.check}>
          <Checkbox
            size="xs"
            aria-label={`Select ${props.name}`}
            checked={selected ?? false}
            onChange={() => onToggle(id)}
          />
        </td>
      )}
      {props.columns.map((column) => (
        <td key={column.id} className={classes.cell} data-align={column.align}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

/** One line of a list; drawn again only when something of it changed. */
export const ListRow = memo(PlainListRow) as typeof PlainListRow;
