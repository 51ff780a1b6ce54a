import { saveFile } from '../parts/save-file.ts';
import type { ListColumn } from './list-column.ts';

type Exported<Row> = { readonly columns: readonly ListColumn<Row>[]; readonly rows: readonly Row[] };

/** Saves rows as they are seen: the shown columns in their order. */
export function exportRows<Row>(name: string, format: 'csv' | 'json', exported: Exported<Row>): void {
  const text = format === 'csv' ? toCsv(exported) : toJson(exported);
  saveFile(`muster-${name}.${format}`, format === 'csv' ? 'text/csv' : 'application/json', text);
}

/** RFC 4180; a text that a spreadsheet would run as a formula gets an apostrophe in front. */
export function toCsv<Row>({ columns, rows }: Exported<Row>): string {
  const lines = [
    columns.map(({ title }) => quoted(title)),
    ...rows.map((row) => columns.map(({ value }) => field(value(row)))),
  ];
  return `${lines.map((line) => line.join(',')).join('\r\n')}\r\n`;
}

function field(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  return quoted(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value);
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function toJson<Row>({ columns, rows }: Exported<Row>): string {
  const objects = rows.map((row) => Object.fromEntries(columns.map(({ id, value }) => [id, value(row)])));
  return `${JSON.stringify(objects, null, 2)}\n`;
}
