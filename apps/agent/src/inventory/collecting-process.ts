import { collectingEnvironment } from '../config/options.ts';
import type { StateFolder } from '../identity/state-folder.ts';

/** Longer than any package manager takes; a hung one must not hold the next collection for ever. */
const WITHIN_MS = 5 * 60_000;

/** Runs this program again as the collecting process, and waits for its end. Rejects with what it complained of. */
export async function runCollecting(
  folder: StateFolder,
  categories: readonly string[],
  atMs: number,
  signal?: AbortSignal,
): Promise<void> {
  const child = Bun.spawn([...thisProgram(), 'inventory', '--state', folder.path], {
    env: collectingEnvironment(categories, atMs),
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
    timeout: WITHIN_MS,
    ...(signal ? { signal } : {}),
  });
  const complaint = (await new Response(child.stderr).text()).trim().slice(0, 1_000);
  const code = await child.exited;
  if (code !== 0) throw new Error(complaint || `the collecting process ended with ${code}`);
}

/** A compiled agent is its own program; from the sources it is the runtime with the main file. */
function thisProgram(): string[] {
  const isCompiled = Bun.main.startsWith('/$bunfs/') || /^B:[\\/]~BUN/i.test(Bun.main);
  return isCompiled ? [process.execPath] : [process.execPath, Bun.main];
}
