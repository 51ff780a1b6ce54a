import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { signMachO } from './sign-mach-o.ts';

/** A system and processor that agents are built for. */
export const AGENT_PLATFORMS = [
  'linux-x64',
  'linux-arm64',
  'windows-x64',
  'darwin-x64',
  'darwin-arm64',
] as const;
export type AgentPlatform = (typeof AGENT_PLATFORMS)[number];

export type BuildRequest = {
  readonly platform: AgentPlatform;
  readonly outFile: string;
  /**
   * Bun's executable for that platform (from the npm package `@oven/bun-<target>`); needed for every platform but the
   * one that the build runs on.
   */
  readonly runtimePath?: string;
  /** Bun that does the build; by default the one that runs this. */
  readonly bun?: string;
};

const ENTRY = join(import.meta.dir, '..', 'main.ts');

/** What Bun calls each platform. */
const TARGETS: Readonly<Record<AgentPlatform, string>> = {
  'linux-x64': 'bun-linux-x64',
  'linux-arm64': 'bun-linux-arm64',
  'windows-x64': 'bun-windows-x64',
  'darwin-x64': 'bun-darwin-x64',
  'darwin-arm64': 'bun-darwin-arm64',
};

/**
 * Keeps the runtime small: collect garbage early, and compile only what runs for hours. An idle agent takes 1.4 MB less of
 * memory of its own, and less time (docs/adr/0004).
 */
const SMALL = ['--compile-exec-argv=--smol', '--compile-jit-policy=100'];
/** Bytecode is read from the program's file where source would be parsed into memory; a Mac's signature has no room for it. */
const READ_FROM_FILE = ['--bytecode', '--format=esm'];

/** The platform that this process runs on. */
export function thisPlatform(): AgentPlatform {
  const name = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const platform = AGENT_PLATFORMS.find((one) => one === name);
  if (!platform) throw new Error(`agents are not built for ${name}`);
  return platform;
}

/**
 * Compiles the agent into one executable. It reads neither bunfig.toml nor .env of the folder it is started in: it is a
 * root program, and a folder is anybody's. Resolves with the path; throws with Bun's complaint.
 */
export async function buildAgent({ platform, outFile, runtimePath, bun }: BuildRequest): Promise<string> {
  if (!runtimePath && platform !== thisPlatform())
    throw new Error(`building for ${platform} needs its runtime`);
  mkdirSync(dirname(outFile), { recursive: true });
  const system = platform.startsWith('windows') ? 'win32' : (platform.split('-')[0] ?? '');
  const build = Bun.spawn(
    [
      bun ?? process.execPath,
      'build',
      '--compile',
      '--minify',
      '--no-compile-autoload-dotenv',
      '--no-compile-autoload-bunfig',
      ...SMALL,
      ...(system === 'darwin' ? [] : READ_FROM_FILE),
      `--define=process.platform=${JSON.stringify(system)}`,
      `--target=${TARGETS[platform]}`,
      ...(runtimePath ? [`--compile-executable-path=${runtimePath}`] : []),
      ENTRY,
      `--outfile=${outFile}`,
    ],
    { stdout: 'ignore', stderr: 'pipe', cwd: import.meta.dir },
  );
  const complaint = await build.stderr.text();
  if ((await build.exited) !== 0)
    throw new Error(`the agent for ${platform} does not build: ${complaint.trim()}`);
  if (platform === 'darwin-x64') {
    const program = readFileSync(outFile);
    signMachO(program, 'muster-agent');
    writeFileSync(outFile, program);
  }
  if (system !== 'win32') chmodSync(outFile, 0o755);
  return outFile;
}

if (import.meta.main) {
  const [outFile = '', platform = thisPlatform(), runtimePath] = process.argv.slice(2);
  if (outFile === '') throw new Error('usage: build-agent.ts OUT_FILE [PLATFORM [RUNTIME]]');
  const request = { platform: platform as AgentPlatform, outFile };
  process.stdout.write(`${await buildAgent(runtimePath ? { ...request, runtimePath } : request)}\n`);
}
