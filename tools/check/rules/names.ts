import type { Problem } from '../check.ts';
import { listFiles } from '../tree.ts';

/** Words that say nothing about what is inside, wherever they stand in a name. */
const EMPTY_WORDS = new Set(['util', 'utils', 'helper', 'helpers', 'misc']);
/** Words that are empty only as a whole name: `common-name` is a field of a certificate. */
const EMPTY_NAMES = new Set([...EMPTY_WORDS, 'common', 'manager', 'data', 'info']);

/** Files and folders whose name would fit anything. */
export function findEmptyNames(root: string): Problem[] {
  const seen = new Map<string, string>();
  for (const file of listFiles(root)) {
    const parts = file.split('/');
    parts.forEach((part, index) => {
      const name = (part.split('.').find((piece) => piece !== '') ?? '').toLowerCase();
      const isEmpty = EMPTY_NAMES.has(name) || name.split('-').some((word) => EMPTY_WORDS.has(word));
      if (isEmpty) seen.set(parts.slice(0, index + 1).join('/'), name);
    });
  }
  return [...seen].map(([at, name]) => ({ at, text: `"${name}" fits anything; name what it does` }));
}
