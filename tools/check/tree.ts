import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, extname, join } from 'node:path';

const NEVER_SOURCE = new Set(['node_modules', 'dist', 'coverage', '.git', '.cache', '.muster']);
const CODE = new Set(['.ts', '.tsx', '.mts', '.js', '.mjs', '.cjs', '.css', '.html', '.sh', '.ps1', '.c']);
const MAX_LIST_BYTES = 64 * 1024 * 1024;

const listed = new Map<string, string[]>();
const read = new Map<string, string>();

/** Every file of the tree that is not ignored, as sorted paths from `root` with forward slashes. */
export function listFiles(root: string): string[] {
  const known = listed.get(root);
  if (known) return known;
  const files = (listFromGit(root) ?? walk(root, '')).sort();
  listed.set(root, files);
  return files;
}

/** The text of one file of the tree, read once. */
export function readText(root: string, file: string): string {
  const path = join(root, file);
  const known = read.get(path);
  if (known !== undefined) return known;
  const text = readFileSync(path, 'utf8');
  read.set(path, text);
  return text;
}

/** True for what people write by hand: programs, styles and scripts, but not what a generator wrote. */
export function isHandWritten(file: string): boolean {
  return (CODE.has(extname(file)) || file === '.ci/run') && !isGenerated(file);
}

/** True for `.gen.` files, anything below a `gen` folder, and migrations, which are never edited. */
export function isGenerated(file: string): boolean {
  return /\.gen\.\w+$/.test(file) || /(^|\/)(gen|migrations)\//.test(file);
}

/** True for a file that `bun test` runs. */
export function isTest(file: string): boolean {
  return /\.test\.tsx?$/.test(file);
}

/** A line of a file, with the words that a place in a report needs. */
export interface Line {
  readonly at: string;
  readonly text: string;
  readonly isComment: boolean;
}

/** The lines of one file. A comment is recognised by how its line begins, which formatted code makes reliable. */
export function linesOf(root: string, file: string): Line[] {
  return readText(root, file)
    .split('\n')
    .map((text, index) => ({
      at: `${file}:${index + 1}`,
      text,
      isComment: /^\s*(\/\/|\/\*|\*( |\/|$)|#)/.test(text),
    }));
}

function listFromGit(root: string): string[] | undefined {
  if (!existsSync(join(root, '.git'))) return undefined;
  const git = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: realpathSync(root),
    encoding: 'utf8',
    maxBuffer: MAX_LIST_BYTES,
  });
  if (git.status !== 0) return undefined;
  const names = new Set(git.stdout.split('\0').filter((file) => file !== ''));
  return [...names].filter((file) => existsSync(join(root, file)));
}

function walk(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (NEVER_SOURCE.has(basename(path))) return [];
    return entry.isDirectory() ? walk(root, path) : [path];
  });
}
