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
  /** `isReach`: all rows from the one before up to this one. */
  readonly onToggle: ((id: string, isReach: boolean) => void) | undefined;
  readonly onActive: (index: number) => void;
};

function PlainListRow<Row>(props: ListRowProps<Row>) {
  const { row, id, index, top, height, onOpen, onToggle, selected } = props;
  // The name's link is what opens a row by keyboard; a click anywhere else on the row does the same. It is a plain link,
  // which costs a tenth of a router's, and keeps what a browser does with a link and a modifier key.
  const click = (event: MouseEvent) => {
    if (!(event.target instanceof Element) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const control = event.target.closest('a, button, input, label');
    if (control && !control.matches('[data-row-link]')) return;
    event.preventDefault();
    onOpen(row);
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
          <input
            type="checkbox"
            aria-label={`Select ${props.name}`}
            checked={selected ?? false}
            onChange={({ nativeEvent }) =>
              onToggle(id, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)
            }
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
