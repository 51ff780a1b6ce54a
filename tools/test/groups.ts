import { isTest, listFiles } from '../check/tree.ts';

/** Tests that are run in the same way, in the order of this list. */
export interface Group {
  readonly name: 'unit' | 'database' | 'system';
  readonly files: readonly string[];
}

const UNIT_ORDER: readonly Group['name'][] = ['unit', 'database', 'system'];

/**
 * Sorts the test files of a tree: `e2e/` and `lab/` drive whole machines, `*.db.test.ts` need PostgreSQL, the rest
 * needs neither. A pattern keeps the files whose path contains one of the given parts.
 */
export function groupTests(root: string, patterns: readonly string[]): Group[] {
  const wanted = listFiles(root).filter(
    (file) => isTest(file) && (patterns.length === 0 || patterns.some((pattern) => file.includes(pattern))),
  );
  return UNIT_ORDER.map((name) => ({ name, files: wanted.filter((file) => groupOf(file) === name) }));
}

function groupOf(file: string): Group['name'] {
  if (/^(e2e|lab)\//.test(file)) return 'system';
  return file.endsWith('.db.test.ts') ? 'database' : 'unit';
}
