import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './parts.module.css';

type ScrollTableProps = {
  readonly label: string;
  /** Titles of the columns; the last may be empty, above buttons. */
  readonly head: readonly string[];
  readonly children: ReactNode;
};

/** A table of moderate length that scrolls sideways where the page is narrow. */
export function ScrollTable({ label, head, children }: ScrollTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls, and must do so from the keyboard too.
    <section className={classes.tableScroll} tabIndex={0} aria-label={label}>
      <Table highlightOnHover highlightOnHoverColor="var(--muster-hover)" verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            {head.map((title) => (
              <Table.Th key={title}>{title || <span className={classes.hiddenText}>Actions</span>}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </section>
  );
}
