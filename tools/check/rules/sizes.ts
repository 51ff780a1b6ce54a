import type { Problem } from '../check.ts';
import { isGenerated, isHandWritten, isTest, listFiles, readText } from '../tree.ts';

const MAX_LINES = 400;
const MAX_TEST_LINES = 600;
const MAX_ENTRIES = 20;

/** Files that have grown past the limit: there is a second idea in them that wants a file of its own. */
export function findLongFiles(root: string): Problem[] {
  return listFiles(root)
    .filter(isHandWritten)
    .flatMap((file) => {
      const lines = readText(root, file).replace(/\n$/, '').split('\n').length;
      const limit = isTest(file) ? MAX_TEST_LINES : MAX_LINES;
      return lines > limit ? [{ at: file, text: `${lines} lines, at most ${limit}` }] : [];
    });
}

/** Folders with more entries than a person takes in at a glance. `modules/` holds as many as there are nouns. */
export function findFullFolders(root: string): Problem[] {
  const entries = new Map<string, Set<string>>();
  for (const file of listFiles(root)) {
    const parts = file.split('/');
    for (let depth = 0; depth < parts.length; depth += 1) {
      const folder = parts.slice(0, depth).join('/') || '.';
      const inside = entries.get(folder) ?? new Set();
      entries.set(folder, inside.add(parts[depth] as string));
    }
  }
  return [...entries]
    .filter(([folder]) => !folder.endsWith('/modules') && !isGenerated(`${folder}/`))
    .filter(([, inside]) => inside.size > MAX_ENTRIES)
    .map(([folder, inside]) => ({
      at: `${folder}/`,
      text: `${inside.size} entries, at most ${MAX_ENTRIES}`,
    }));
}
