import { join } from 'node:path';
import { ensureRuntime, type RuntimeTarget } from '../../../apps/server/src/platform/operations/runtimes.ts';
import { labConfig, toolEnvironment } from '../config.ts';
import { runProcess } from '../process/run-process.ts';

/** Fetches (once) the Bun runtime of a foreign system and returns its path. */
export function labRuntime(target: RuntimeTarget): Promise<string> {
  return ensureRuntime({
    cacheDir: join(labConfig.cacheDir, 'runtimes'),
    target,
    version: labConfig.bunVersion,
  });
}

/** Compiles one entry file into a single executable for another system, as agents are compiled. */
export async function compileFor(target: RuntimeTarget, entry: string, outfile: string): Promise<string> {
  const runtime = await labRuntime(target);
  const options = [
    '--compile',
    `--target=bun-${target}`,
    `--compile-executable-path=${runtime}`,
    '--no-compile-autoload-dotenv',
    '--no-compile-autoload-bunfig',
    `--outfile=${outfile}`,
  ];
  await runProcess([process.execPath, 'build', entry, ...options], { env: toolEnvironment(), check: true });
  return outfile;
}
