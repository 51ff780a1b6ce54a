import { afterAll } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Writes a small tree of files, text by path, into a folder of its own and returns its root. */
export type MakeTree = (files: Readonly<Record<string, string>>) => string;

/** A `makeTree` for one test file, to be called at its top: the trees are gone when that file's tests are done. */
export function prepareTrees(): MakeTree {
  const made: string[] = [];
  afterAll(() => {
    for (const root of made) rmSync(root, { recursive: true, force: true });
  });
  return (files) => {
    const root = mkdtempSync(join(tmpdir(), 'muster-tree-'));
    made.push(root);
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
    return root;
  };
}
