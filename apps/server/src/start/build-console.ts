import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const CHECKOUT = join(import.meta.dir, '..', '..', '..', '..');
const WEB = join(CHECKOUT, 'apps', 'web');
/** What the bundle is made of. */
const SOURCES = [
  join(WEB, 'src'),
  join(WEB, 'index.html'),
  join(WEB, 'vite.config.ts'),
  join(CHECKOUT, 'packages', 'contracts', 'src'),
  join(CHECKOUT, 'packages', 'query', 'src'),
  join(CHECKOUT, 'package-lock.json'),
];

/** Builds the console unless the bundle is younger than everything that it is made of; true when it was built. */
export async function buildConsole(): Promise<boolean> {
  const built = modifiedAt(join(WEB, 'dist', 'index.html'));
  const newest = Math.max(...SOURCES.map(newestIn));
  if (built > newest || !existsSync(join(WEB, 'index.html'))) return false;
  const vite = Bun.spawn({
    cmd: [
      Bun.which('node') ?? process.execPath,
      join(CHECKOUT, 'node_modules', 'vite', 'bin', 'vite.js'),
      'build',
      '--logLevel',
      'warn',
    ],
    cwd: WEB,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [output, complaint, code] = await Promise.all([
    new Response(vite.stdout).text(),
    new Response(vite.stderr).text(),
    vite.exited,
  ]);
  if (code !== 0) throw new Error(`the console could not be built: ${firstLines(complaint || output)}`);
  return true;
}

/** What went wrong and where, without the stack of the bundler. */
function firstLines(text: string): string {
  const telling = text.split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
  return telling.slice(0, 6).join('\n');
}

function newestIn(path: string): number {
  if (!existsSync(path)) return 0;
  if (!statSync(path).isDirectory()) return modifiedAt(path);
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !/\.test\.tsx?$/.test(name),
  );
  return Math.max(0, ...files.map((name) => modifiedAt(join(path, name))));
}

function modifiedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
