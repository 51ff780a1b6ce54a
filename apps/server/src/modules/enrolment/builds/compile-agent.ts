import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureRuntime } from '../../../platform/operations/runtimes.ts';
import { type AgentPlatform, nativePlatform, PLATFORMS } from './platforms.ts';

/** Where things lie. */
export type CompileFolders = {
  /** The checkout that holds apps/agent. */
  readonly checkout: string;
  /** Runtimes of other systems. */
  readonly runtimes: string;
};

/** An agent that can be handed out. */
export type CompiledAgent = { readonly path: string; readonly sha256: string; readonly bytes: number };

/**
 * Compiles the agent of a platform into `folder`, which must not exist, and leaves its SHA-256 beside it. For a
 * system other than this one its runtime is fetched first.
 */
export async function compileAgent(
  { checkout, runtimes }: CompileFolders,
  platform: AgentPlatform,
  folder: string,
): Promise<CompiledAgent> {
  const { target, file } = PLATFORMS[platform];
  const scratch = `${folder}.${process.pid}.new`;
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  try {
    const runtime =
      platform === nativePlatform()
        ? undefined
        : await ensureRuntime({ cacheDir: runtimes, target, version: Bun.version });
    await runBuild(checkout, [
      join(scratch, file),
      platform.replace('amd64', 'x64'),
      ...(runtime ? [runtime] : []),
    ]);
    await chmod(join(scratch, file), 0o755);
    const sha256 = await hashFile(join(scratch, file));
    await writeFile(join(scratch, `${file}.sha256`), `${sha256}  ${file}\n`);
    await rm(folder, { recursive: true, force: true });
    await rename(scratch, folder);
    return { path: join(folder, file), sha256, bytes: Bun.file(join(folder, file)).size };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The agent's own build program knows the flags; it takes the file to write, the platform, and that platform's runtime. */
async function runBuild(checkout: string, words: readonly string[]): Promise<void> {
  const build = Bun.spawn({
    cmd: [process.execPath, join('apps', 'agent', 'src', 'build', 'build-agent.ts'), ...words],
    cwd: checkout,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
  });
  const [complaint, code] = await Promise.all([build.stderr.text(), build.exited]);
  if (code !== 0) throw new Error(`the agent did not compile: ${complaint.trim().slice(-500)}`);
}

/** SHA-256 of a file in hex, without holding the file in memory. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
