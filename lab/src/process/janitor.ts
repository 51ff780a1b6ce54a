import { closeSync, constants, mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment, labConfig } from '../config.ts';

/** Held open for as long as this process lives; nothing is ever written to it. */
let lifeline: number | undefined;

/**
 * Starts, once, a shell that outlives this process and then runs `cleanup`. It sleeps on a pipe whose writing
 * end only this process holds, so it wakes however this process ends: by force, at a timeout, or at the end of
 * `bun test`, which does not run exit hooks. `setsid --fork` takes it out of reach of whoever ends our children.
 */
export function startJanitor(): void {
  if (lifeline !== undefined) return;
  mkdirSync(labConfig.runDir, { recursive: true });
  const pipe = join(labConfig.runDir, `janitor-${process.pid}`);
  rmSync(pipe, { force: true });
  const made = Bun.spawnSync({ cmd: ['mkfifo', '--mode=0600', pipe], stdout: 'ignore', stderr: 'pipe' });
  if (made.exitCode !== 0) throw new Error(`the lab's janitor could not start: ${made.stderr.toString()}`);
  // Open for both directions, because opening only for writing would wait for the reader.
  lifeline = openSync(pipe, constants.O_RDWR);
  // The reading end is opened here and not by the shell, which might come to it only after this process has ended.
  const reading = openSync(pipe, constants.O_RDONLY);
  rmSync(pipe);
  const cleanup = [process.execPath, join(import.meta.dir, '../cleanup.ts')];
  Bun.spawnSync({
    cmd: ['setsid', '--fork', 'sh', '-c', 'read -r never; exec "$@"', 'muster-lab-janitor', ...cleanup],
    env: cleanEnvironment({ MUSTER_LAB_CACHE: labConfig.cacheDir }),
    cwd: '/',
    stdin: reading,
    stdout: 'ignore',
    stderr: 'ignore',
  });
  closeSync(reading);
}
