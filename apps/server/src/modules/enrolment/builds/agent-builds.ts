import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError } from '@muster/contracts';
import type { Logger } from '../../../platform/log/index.ts';
import { type CompiledAgent, compileAgent, hashFile } from './compile-agent.ts';
import { type AgentPlatform, nativePlatform, PLATFORMS } from './platforms.ts';
import { sourceHash } from './source-hash.ts';

/** State of one platform's build, as the system page shows it. */
export type AgentBuild = {
  readonly platform: AgentPlatform;
  readonly state: 'ready' | 'building' | 'absent' | 'failed';
  readonly version: string | null;
  readonly detail: string | null;
};

/** The agents that this server hands out. */
export interface AgentBuilds {
  list(): AgentBuild[];
  /** Makes the build unless it is there; one at a time for each platform, however many ask. */
  ensure(platform: AgentPlatform): Promise<CompiledAgent>;
  /** What is ready now. */
  find(platform: AgentPlatform): CompiledAgent | undefined;
  /** Whether a machine may cause the build by asking for it: only that of this server's own system. */
  isMadeOnDemand(platform: AgentPlatform): boolean;
}

export type AgentBuildsDeps = {
  readonly checkout: string;
  readonly dataDir: string;
  readonly version: string;
  readonly log: Logger;
};

type Entry = {
  state: AgentBuild['state'];
  detail: string | null;
  agent?: CompiledAgent;
  work?: Promise<CompiledAgent>;
};

/** Finds what earlier starts have built from the same sources; builds nothing yet. */
export async function createAgentBuilds({
  checkout,
  dataDir,
  version,
  log,
}: AgentBuildsDeps): Promise<AgentBuilds> {
  const release = `${version}-${await sourceHash(checkout)}`;
  const folderOf = (platform: AgentPlatform) => join(dataDir, 'agents', release, platform);
  await dropOtherReleases(join(dataDir, 'agents'), release);
  const entries = new Map<AgentPlatform, Entry>();
  for (const platform of Object.keys(PLATFORMS) as AgentPlatform[]) {
    const agent = await readBuild(folderOf(platform), PLATFORMS[platform].file);
    entries.set(
      platform,
      agent ? { state: 'ready', detail: null, agent } : { state: 'absent', detail: null },
    );
  }
  const entryOf = (platform: AgentPlatform): Entry =>
    entries.get(platform) ?? { state: 'absent', detail: null };

  async function build(platform: AgentPlatform): Promise<CompiledAgent> {
    const folders = { checkout, runtimes: join(dataDir, 'runtimes') };
    try {
      const agent = await compileAgent(folders, platform, folderOf(platform));
      entries.set(platform, { state: 'ready', detail: null, agent });
      return agent;
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause);
      log.error({ err: cause, platform }, 'an agent could not be built');
      entries.set(platform, { state: 'failed', detail });
      throw new MusterError(
        'unavailable',
        `The agent for ${platform} could not be built: ${detail}`,
        { platform },
        cause,
      );
    }
  }

  return {
    list: () =>
      [...entries].map(([platform, { state, detail }]) => {
        return { platform, state, detail, version: state === 'ready' ? version : null };
      }),
    ensure(platform) {
      const { agent, work } = entryOf(platform);
      if (agent !== undefined) return Promise.resolve(agent);
      if (work !== undefined) return work;
      const started = build(platform);
      entries.set(platform, { state: 'building', detail: null, work: started });
      return started;
    },
    find: (platform) => entryOf(platform).agent,
    isMadeOnDemand: (platform) => platform === nativePlatform(),
  };
}

/** A build is a hundred megabytes; those of older sources are of no use to anybody. */
async function dropOtherReleases(folder: string, release: string): Promise<void> {
  const found = await readdir(folder).catch(() => []);
  for (const other of found.filter((name) => name !== release)) {
    await rm(join(folder, other), { recursive: true, force: true });
  }
}

/** A build on disk counts when it is what its SHA-256 says. */
async function readBuild(folder: string, file: string): Promise<CompiledAgent | undefined> {
  const path = join(folder, file);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  const stated = (await readFile(`${path}.sha256`, 'utf8').catch(() => '')).split(' ')[0] ?? '';
  const sha256 = await hashFile(path);
  return sha256 === stated ? { path, sha256, bytes: found.size } : undefined;
}
