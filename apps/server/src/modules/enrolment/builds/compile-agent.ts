import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureRuntime } from '../../../platform/runtimes.ts';
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
 * Compiles the agent of a platform into `folder`, which must not exist, and leaves its SHA-256 beside it. A compiled
 * program reads bunfig.toml and .env of its working folder unless told otherwise; an agent runs as root, so it is.
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
        ? process.execPath
        : await ensureRuntime({ cacheDir: runtimes, target, version: Bun.version });
    await runCompiler(checkout, [
      `--target=bun-${target === 'linux-aarch64' ? 'linux-arm64' : target.replace('aarch64', 'arm64')}`,
      `--compile-executable-path=${runtime}`,
      `--outfile=${join(scratch, file)}`,
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

async function runCompiler(checkout: string, further: readonly string[]): Promise<void> {
  const compiler = Bun.spawn({
    cmd: [
      process.execPath,
      'build',
      '--compile',
      '--minify-syntax',
      '--minify-whitespace',
      '--no-compile-autoload-dotenv',
      '--no-compile-autoload-bunfig',
      // an idle agent is 1.4 MB smaller with these (docs/adr/0004-agent-without-reflection.md)
      '--compile-exec-argv=--smol',
      '--compile-jit-policy=100',
      ...further,
      join('apps', 'agent', 'src', 'main.ts'),
    ],
    cwd: checkout,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
  });
  const [complaint, code] = await Promise.all([new Response(compiler.stderr).text(), compiler.exited]);
  if (code !== 0) throw new Error(`the agent did not compile: ${complaint.trim().slice(-500)}`);
}

/** SHA-256 of a file in hex, without holding the file in memory. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
