import { Kbd, Table } from '@mantine/core';
import { Fragment } from 'react';
import { Dialog } from '../actions/dialog.tsx';

const KEYS: readonly { readonly keys: readonly string[]; readonly what: string }[] = [
  { keys: ['Ctrl', 'K'], what: 'Search devices, pages and actions' },
  { keys: ['/'], what: 'Go to the filter of the list' },
  { keys: ['j'], what: 'Next row' },
  { keys: ['k'], what: 'Row before' },
  { keys: ['x'], what: 'Select the row, or take it out of the selection' },
  { keys: ['Shift', 'click'], what: 'Select all rows from the one selected before' },
  { keys: ['Enter'], what: 'Open the row' },
  { keys: ['←'], what: 'On a chart: the moment before; → the one after' },
  { keys: ['+'], what: 'On a chart: look closer, as by drawing over it; − further' },
  { keys: ['Esc'], what: 'Close what is open; leave the filter; end the selection' },
  { keys: ['?'], what: 'This page' },
];

/** What the keyboard does. */
export default function KeyboardHelp({ onClose }: { onClose: () => void }) {
  return (
    <Dialog opened onClose={onClose} title="Keyboard">
      <Table>
        <Table.Tbody>
          {KEYS.map(({ keys, what }) => (
            <Table.Tr key={what}>
              <Table.Th scope="row" w={120} fw={400}>
                {keys.map((key, index) => (
                  <Fragment key={key}>
                    {index > 0 && ' + '}
                    <Kbd>{key}</Kbd>
                  </Fragment>
                ))}
              </Table.Th>
              <Table.Td>{what}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Dialog>
  );
}
