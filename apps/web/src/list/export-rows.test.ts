import { expect, test } from 'bun:test';
import { toCsv } from './export-rows.ts';

const column = { id: 'name', title: 'Name', width: 1, cell: () => null, value: (row: string) => row };

test('UI-1: a value that a spreadsheet would run is exported as text', () => {
  const csv = toCsv({ columns: [column], rows: ['=1+1', 'a "b", c', 'plain'] });

  expect(csv).toBe('Name\r\n\'=1+1\r\n"a ""b"", c"\r\nplain\r\n');
});
