import { expect, test } from 'bun:test';
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { prepareTrees } from './check/testing/make-tree.ts';

const makeTree = prepareTrees();
const repository = join(import.meta.dir, '..');

/** Stands where the server does: it starts a child in a group of its own, as a database is, and stops when asked. */
const PROGRAM = `
import { spawn } from 'node:child_process';
const child = spawn('sleep', ['300'], { detached: true, stdio: 'ignore' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => setTimeout(() => {
  child.kill();
  console.log('stopped in order');
  process.exit(0);
}, 200));
setInterval(() => {}, 1000);
console.log(JSON.stringify({ pids: [process.pid, child.pid], args: process.argv.slice(2) }));
`;

interface Started {
  readonly npm: ChildProcess;
  readonly pids: readonly number[];
  readonly args: readonly string[];
  readonly output: () => string;
}

async function npmStart(...args: string[]): Promise<Started> {
  const root = makeTree({ 'apps/server/src/start.ts': PROGRAM });
  mkdirSync(join(root, 'tools'));
  for (const file of ['package.json', 'package-lock.json', 'tools/bootstrap.mjs']) {
    copyFileSync(join(repository, file), join(root, file));
  }
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
  const npm = spawn('npm', ['start', '--silent', '--', ...args], { cwd: root, detached: true });
  let output = '';
  npm.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await until(() => output.includes('\n'));
  return { npm, ...JSON.parse(output.split('\n')[0] as string), output: () => output };
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries > 1_200) throw new Error('waited for a minute in vain');
    await Bun.sleep(50);
  }
}

/** A killed orphan stays in the table of processes until init has read its end; it does not run any more. */
function isRunning(pid: number): boolean {
  const { stdout } = Bun.spawnSync(['ps', '-o', 'stat=', '-p', String(pid)]);
  const state = stdout.toString().trim();
  return state !== '' && !state.startsWith('Z');
}

test('a killed npm leaves neither the program nor what it started behind, and flags reach the program', async () => {
  const { npm, pids, args } = await npmStart('--port', '9000');
  expect(args).toEqual(['--port', '9000']);
  expect(pids.map(isRunning)).toEqual([true, true]);

  npm.kill('SIGKILL');

  await until(() => !pids.some(isRunning));
}, 120_000);

test('Ctrl-C lets the program stop in order, and npm ends with its exit code', async () => {
  const { npm, pids, output } = await npmStart();
  const ended = new Promise((resolve) => npm.on('close', resolve));

  process.kill(-(npm.pid as number), 'SIGINT');

  expect(await ended).toBe(0);
  expect(output()).toContain('stopped in order');
  expect(pids.some(isRunning)).toBe(false);
}, 120_000);
