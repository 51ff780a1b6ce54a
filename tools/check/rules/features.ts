import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../check.ts';
import { isTest, linesOf, listFiles, readText } from '../tree.ts';

const PAGE = 'docs/features.md';
const AREAS = 'EN|HB|TM|AL|IV|RA|SJ|TT|FI|RD|PA|SW|GT|NW|AG|FW|IN|SE|DT|RP|OP|UI|MS';
const ID = new RegExp(`\\b(${AREAS})-\\d+\\b`, 'g');
/** A string followed by something more in a call: the title, whichever function declares the test. */
const TITLE = /[\w)\]]\(\s*(['"`])((?:\\.|(?!\1)[\s\S])*?)\1\s*,/g;

interface Row {
  readonly id: string;
  readonly at: string;
  readonly state: string;
  readonly missing: string;
}

/**
 * Compares docs/features.md with the requirement ids in the titles of tests. The page holds tables with the columns
 * Id, State (`works` or `partial`) and Missing; a partial row says there which half is not done.
 */
export function findFeatureMismatches(root: string): Problem[] {
  const tested = idsInTests(root);
  const rows = readRows(root);
  const listed = new Set(rows.map((row) => row.id));
  const untold = [...tested]
    .filter(([id]) => !listed.has(id))
    .map(([id, at]) => ({ at, text: `a test names ${id}, which ${PAGE} does not list` }));
  return [...rows.flatMap((row) => judgeRow(row, tested)), ...findRepeats(rows), ...untold];
}

function judgeRow(row: Row, tested: Map<string, string>): Problem[] {
  if (row.state !== 'works' && row.state !== 'partial') {
    return [{ at: row.at, text: `${row.id} is "${row.state}"; a row is works or partial` }];
  }
  if (!tested.has(row.id)) return [{ at: row.at, text: `${row.id} is listed and no test names it` }];
  if (row.state === 'partial' && row.missing === '') {
    return [{ at: row.at, text: `${row.id} is partial and does not say what is missing` }];
  }
  return [];
}

function findRepeats(rows: readonly Row[]): Problem[] {
  return rows
    .filter((row, index) => rows.findIndex((other) => other.id === row.id) < index)
    .map((row) => ({ at: row.at, text: `${row.id} is listed twice` }));
}

/** Requirement ids in test titles, each with the first file that names it. The tools' own tests prove no feature. */
export function idsInTests(root: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of listFiles(root).filter((path) => isTest(path) && !path.startsWith('tools/'))) {
    for (const [, , title] of readText(root, file).matchAll(TITLE)) {
      for (const [id] of (title ?? '').matchAll(ID)) if (!found.has(id)) found.set(id, file);
    }
  }
  return found;
}

function readRows(root: string): Row[] {
  if (!existsSync(join(root, PAGE))) return [];
  let columns: string[] = [];
  return linesOf(root, PAGE).flatMap(({ at, text }): Row[] => {
    if (!text.startsWith('|')) {
      columns = [];
      return [];
    }
    const cells = text
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (columns.length === 0) {
      columns = cells.map((cell) => cell.toLowerCase());
      return [];
    }
    const cell = (name: string) => cells[columns.indexOf(name)] ?? '';
    const id = cell('id').replaceAll('`', '');
    return new RegExp(`^${ID.source}$`).test(id)
      ? [{ id, at, state: cell('state').toLowerCase().replaceAll('*', ''), missing: cell('missing') }]
      : [];
  });
}
