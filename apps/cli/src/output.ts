import { writeSync } from 'node:fs';

/** One column of a table for people. */
export type Column<Row> = {
  readonly title: string;
  readonly value: (row: Row) => string;
  readonly right?: boolean;
};

/** Standard output: a table for people, or one JSON document (or line) for scripts. Notes go to standard error. */
export class Output {
  constructor(readonly json: boolean) {}

  /** A list: a JSON array, or a table, or the sentence for an empty one. */
  list<Row>(rows: readonly Row[], columns: readonly Column<Row>[], whenEmpty: string): void {
    if (this.json) {
      this.document(rows);
      return;
    }
    if (rows.length === 0) {
      this.note(whenEmpty);
      return;
    }
    const cells = rows.map((row) => columns.map((column) => printable(column.value(row))));
    const widths = columns.map((column, index) =>
      Math.max(column.title.length, ...cells.map((row) => row[index]?.length ?? 0)),
    );
    const line = (texts: readonly string[]) =>
      texts
        .map((text, index) =>
          columns[index]?.right ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0),
        )
        .join('  ')
        .trimEnd();
    this.text([line(columns.map((column) => column.title.toUpperCase())), ...cells.map(line)].join('\n'));
  }

  /** One thing: a JSON object, or `name  value` lines. */
  record(value: unknown, lines: readonly (readonly [string, string])[]): void {
    if (this.json) {
      this.document(value);
      return;
    }
    const width = Math.max(...lines.map(([name]) => name.length));
    this.text(lines.map(([name, text]) => `${name.padEnd(width)}  ${printable(text)}`).join('\n'));
  }

  /** One item of a stream: a JSON line, or a line of text. */
  item(value: unknown, text: string): void {
    this.text(this.json ? JSON.stringify(value) : printable(text));
  }

  document(value: unknown): void {
    this.text(JSON.stringify(value, null, 2));
  }

  text(text: string): void {
    print(`${text}\n`);
  }

  note(text: string): void {
    writeAll(2, `${text}\n`);
  }
}

/** Writes to standard output, all of it: what cannot be written, because a disk is full or a pipe closed, throws. */
export const print = (text: string): void => writeAll(1, text);

/** A stream of the runtime would drop what a pipe has not taken yet when the program ends. */
function writeAll(file: number, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(file, rest));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
      Bun.sleepSync(2);
    }
  }
}

/** “1 device”, “2 devices”. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** What a machine said must not steer the terminal: control characters are shown, not sent. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this replaces
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '�');
}

/** "3 min ago"; a dash for a missing instant. */
export function ago(instant: string | null, nowMs = Date.now()): string {
  if (instant === null) return '–';
  const seconds = Math.max(0, Math.round((nowMs - Date.parse(instant)) / 1000));
  for (const [size, unit] of [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
  ] as const)
    if (seconds >= size) return `${Math.floor(seconds / size)} ${unit} ago`;
  return `${seconds} s ago`;
}

/** Binary sizes with one decimal. */
export function bytes(value: number | null): string {
  if (value === null) return '–';
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10));
  return `${(value / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

export const percent = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : `${value.toFixed(1)} %`;
