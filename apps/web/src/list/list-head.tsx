import { Checkbox } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { memo } from 'react';
import classes from './list.module.css';
import type { ListColumn } from './list-column.ts';
import type { ListSettings } from './use-list-settings.ts';
import type { Selection } from './use-selection.ts';

type ListHeadProps<Row> = {
  readonly settings: ListSettings<Row>;
  readonly selection: Selection | undefined;
  readonly ids: readonly string[];
  readonly sort: string | undefined;
  readonly onSort: ((sort: string) => void) | undefined;
};

function PlainListHead<Row>({ settings, selection, ids, sort, onSort }: ListHeadProps<Row>) {
  const isAll = selection !== undefined && ids.length > 0 && ids.every((id) => selection.ids.has(id));
  return (
    <thead className={classes.head}>
      <tr aria-rowindex={1} className={classes.row}>
        {selection && (
          <th className={classes.check} scope="col">
            <Checkbox
              size="xs"
              aria-label="Select all loaded rows"
              checked={isAll}
              indeterminate={!isAll && selection.ids.size > 0}
              onChange={() => (isAll ? selection.clear() : selection.set(ids))}
            />
          </th>
        )}
        {settings.visible.map((column) => (
          <Heading key={column.id} column={column} sort={sort} onSort={onSort} />
        ))}
      </tr>
    </thead>
  );
}

/** Titles that order by their column, and the box that selects all that is loaded; scrolling does not draw it again. */
export const ListHead = memo(PlainListHead) as typeof PlainListHead;

type HeadingProps<Row> = {
  readonly column: ListColumn<Row>;
  readonly sort: string | undefined;
  readonly onSort: ((sort: string) => void) | undefined;
};

function Heading<Row>({ column, sort, onSort }: HeadingProps<Row>) {
  const own = column.sort;
  const order =
    own === undefined ? undefined : sort === own ? 'ascending' : sort === `-${own}` ? 'descending' : 'none';
  const turn = () => {
    const [first, second] = column.sortsDown ? [`-${own}`, `${own}`] : [`${own}`, `-${own}`];
    onSort?.(sort === first ? second : first);
  };
  return (
    <th scope="col" aria-sort={order} className={classes.cell} data-align={column.align}>
      {own === undefined || !onSort ? (
        <span>{column.title}</span>
      ) : (
        <button type="button" className={classes.sort} onClick={turn}>
          <span>{column.title}</span>
          {order === 'ascending' && <IconArrowUp size={13} aria-hidden />}
          {order === 'descending' && <IconArrowDown size={13} aria-hidden />}
        </button>
      )}
    </th>
  );
}
