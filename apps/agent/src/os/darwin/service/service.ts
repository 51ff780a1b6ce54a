import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Places, ServiceControl } from '../../os.ts';
import { removeTree } from '../../remove-tree.ts';
import { DAEMON_LABEL, DAEMON_LOG, launchDaemon } from './launch-daemon.ts';

const PLIST = `/Library/LaunchDaemons/${DAEMON_LABEL}.plist`;
const TARGET = `system/${DAEMON_LABEL}`;
const ENDS_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 100;

/** EN-5: the agent as a launchd daemon of the system. */
export function createServiceControl(places: Places): ServiceControl {
  return {
    async install(plan) {
      await bootOut();
      placeProgram(plan.source, places.executable);
      mkdirSync(places.stateFolder, { recursive: true, mode: 0o700 });
      writeFileSync(`${PLIST}.new`, launchDaemon(places, plan.serverName), { mode: 0o644 });
      chownSync(`${PLIST}.new`, 0, 0);
      renameSync(`${PLIST}.new`, PLIST);
      await launchctl('enable', TARGET);
      await launchctl('bootstrap', 'system', PLIST);
    },
    stop: bootOut,
    async uninstall() {
      await bootOut();
      rmSync(PLIST, { force: true });
      rmSync(DAEMON_LOG, { force: true });
      removeTree(dirname(places.executable));
      removeTree(places.stateFolder);
    },
    async state() {
      if (!existsSync(PLIST)) return 'not installed';
      return /^\s*state = running$/m.test(printed() ?? '') ? 'running' : 'stopped';
    },
  };
}

/** Unloads the daemon and waits until launchd has forgotten it: loading it again before that fails. */
async function bootOut(): Promise<void> {
  if (printed() === undefined) return;
  await launchctl('bootout', TARGET);
  for (let waited = 0; printed() !== undefined; waited += LOOK_EVERY_MS) {
    if (waited >= ENDS_WITHIN_MS) throw new Error('launchd did not end the agent within 15 s');
    await Bun.sleep(LOOK_EVERY_MS);
  }
}

/** What launchd says of the daemon; undefined when it is not loaded. */
function printed(): string | undefined {
  const { exitCode, stdout } = Bun.spawnSync(['/bin/launchctl', 'print', TARGET], { stderr: 'ignore' });
  return exitCode === 0 ? stdout.toString() : undefined;
}

/** Copied beside and renamed: the system caches a program's signature by file, so one is never written over. */
function placeProgram(source: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
  if (source === target) return;
  copyFileSync(source, `${target}.new`);
  chmodSync(`${target}.new`, 0o755);
  chownSync(`${target}.new`, 0, 0);
  renameSync(`${target}.new`, target);
}

async function launchctl(...words: string[]): Promise<void> {
  const done = Bun.spawn(['/bin/launchctl', ...words], { stdout: 'ignore', stderr: 'pipe', timeout: 60_000 });
  const complaint = await done.stderr.text();
  if ((await done.exited) !== 0) throw new Error(`launchctl ${words.join(' ')} failed: ${complaint.trim()}`);
}
