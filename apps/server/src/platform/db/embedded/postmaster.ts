import { existsSync, readFileSync, readlinkSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const STOP_TIMEOUT_MS = 60_000;
const POLL_MS = 50;

/**
 * Makes room for a new postmaster after a crash. A living postgres of this very folder is asked to stop and waited
 * for. The file itself is never deleted: postgres uses it to notice orphaned backends. Where its process id now belongs
 * to a stranger, which postgres alone would take for a rival, the id of this process takes its place: postgres never
 * takes its own parent for a rival, and checks everything else as always.
 */
export async function settlePostmaster(folder: string): Promise<void> {
  const file = join(folder, 'postmaster.pid');
  if (!existsSync(file)) return;
  const lines = readFileSync(file, 'utf8').split('\n');
  const pid = Math.abs(Number(lines[0]));
  if (!Number.isInteger(pid) || pid === 0 || !isAlive(pid)) return;
  if (!isPostgresOf(folder, pid)) {
    writeFileSync(file, [String(process.pid), ...lines.slice(1)].join('\n'));
    return;
  }
  process.kill(pid, 'SIGINT');
  for (const deadline = Date.now() + STOP_TIMEOUT_MS; isAlive(pid); ) {
    if (Date.now() > deadline) {
      throw new Error(
        `The PostgreSQL left over from an earlier run (process ${pid}) does not stop; end it and start again.`,
      );
    }
    await Bun.sleep(POLL_MS);
  }
}

/** Whether a process with this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** postgres works inside its data folder, and carries it in its arguments. */
export function isPostgresOf(folder: string, pid: number): boolean {
  if (process.platform === 'linux') {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder);
    } catch {
      return false;
    }
  }
  const { stdout } = Bun.spawnSync(['ps', '-o', 'command=', '-p', String(pid)], { stderr: 'ignore' });
  return stdout.toString().includes(folder) && stdout.toString().includes('postgres');
}
