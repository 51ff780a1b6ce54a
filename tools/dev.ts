import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';

// `npm run dev`: `npm start` that begins again when its sources change, and a console that is rebuilt when its own do.
// The server is asked to stop and waited for: it owns a PostgreSQL that must not meet its successor.

const SETTLE_MS = 200;
const root = join(import.meta.dir, '..');
const bun = process.execPath;
const sources = ['apps/server', 'packages'].map((folder) => join(root, folder));

let stopping = false;
let timer: ReturnType<typeof setTimeout> | undefined;
let server = startServer();
const web = startWeb();

function startServer(): ChildProcess {
  const args = ['--no-orphans', 'apps/server/src/start.ts', ...process.argv.slice(2)];
  return spawn(bun, args, { cwd: root, stdio: 'inherit' });
}

function startWeb(): ChildProcess | undefined {
  if (!existsSync(join(root, 'apps/web/index.html'))) return undefined;
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  return spawn('node', [vite, 'build', '--watch', '--logLevel', 'warn'], {
    cwd: join(root, 'apps/web'),
    stdio: 'inherit',
  });
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

async function restart(file: string): Promise<void> {
  console.log(`muster: ${file} changed, starting again`);
  server.kill('SIGTERM');
  await ended(server);
  if (!stopping) server = startServer();
}

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  server.kill('SIGTERM');
  web?.kill('SIGTERM');
  await ended(server);
  process.exit(0);
}

let restarting = Promise.resolve();
for (const folder of sources) {
  watch(folder, { recursive: true }, (_event, name) => {
    const file = name?.toString() ?? '';
    if (!/\.(ts|sql|json)$/.test(file) || /\.test\.ts$|node_modules/.test(file)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      restarting = restarting.then(() => restart(file));
    }, SETTLE_MS);
  });
}
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
