import { Button, Group, Menu, Progress, Text } from '@mantine/core';
import { cloneElement, type ReactElement, type RefAttributes, type RefObject, useRef, useState } from 'react';
import { Dialog } from '../actions/dialog.tsx';
import { useAction } from '../actions/use-action.ts';
import type { OnDemandTarget } from '../parts/on-demand-menu.tsx';
import { exportRows } from './export-rows.ts';
import type { ListOptionsProps } from './list-options-props.ts';
import { type ReadSoFar, readAll } from './read-all.ts';

/** What matches, as a file: all of it, also what was not scrolled to yet. */
export default function ExportMenu({ target, ...list }: OnDemandTarget & ListOptionsProps) {
  const { save, progress } = useExport(list);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <Menu position="bottom-end" shadow="md" defaultOpened>
        <Menu.Target>
          {cloneElement(target as ReactElement<RefAttributes<HTMLButtonElement>>, { ref: button })}
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>All rows that match, shown columns</Menu.Label>
          <Menu.Item onClick={() => save('csv')}>CSV</Menu.Item>
          <Menu.Item onClick={() => save('json')}>JSON</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {progress && <ExportProgress {...progress} button={button} />}
    </>
  );
}

/** What more than one page makes people wait for. */
type Waiting = ReadSoFar & { readonly giveUp: () => void };

function useExport({ name, settings, readPage }: ListOptionsProps) {
  const [progress, setProgress] = useState<Waiting>();
  const rowsOf = (signal: AbortSignal, giveUp: () => void) =>
    readPage
      ? readAll(readPage, { signal, onMore: (so) => setProgress({ ...so, giveUp }) })
      : Promise.resolve(settings.rows);
  const action = useAction({
    run: async (format: 'csv' | 'json') => {
      const ended = new AbortController();
      const rows = await rowsOf(ended.signal, () => ended.abort()).catch((error: unknown) => {
        if (ended.signal.aborted) return undefined;
        throw error;
      });
      // On a narrow screen, too, the columns of a wide one: a file has room for them.
      const columns = settings.columns.filter(({ id }) => settings.shownIds.includes(id));
      if (rows) exportRows(name, format, { columns, rows });
      return rows?.length;
    },
    said: (count) => ({
      title: count === undefined ? 'Nothing was exported' : `${count.toLocaleString()} rows are exported`,
    }),
    failed: () => 'Could not export the rows',
    after: () => setProgress(undefined),
  });
  return { save: (format: 'csv' | 'json') => action.mutate(format), progress };
}

type ExportProgressProps = Waiting & { readonly button: RefObject<HTMLButtonElement | null> };

function ExportProgress({ read, total, giveUp, button }: ExportProgressProps) {
  const said = `${read.toLocaleString()} of ${total?.toLocaleString() ?? 'all'} rows are read`;
  return (
    <Dialog opened onClose={giveUp} title="Export" closeOnClickOutside={false} backTo={button}>
      <Progress value={total ? (100 * read) / total : 100} animated={!total} aria-label={said} />
      <Group justify="space-between" mt="sm">
        <Text size="sm">{said}</Text>
        <Button size="xs" variant="default" onClick={giveUp}>
          Cancel
        </Button>
      </Group>
    </Dialog>
  );
}
