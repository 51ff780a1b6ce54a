import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceRow } from '@muster/contracts';
import { muster } from './clients.ts';
import { ADMIN, type RunningServer, startServer } from './start-server.ts';
import { until } from './until.ts';

/** The command line, signed in as the administrator of a server that knows this very machine. */
export type Terminal = {
  readonly server: RunningServer;
  readonly device: DeviceRow;
  /** Where the sign-in is kept, for programs that are run otherwise. */
  readonly env: Record<string, string>;
  /** Where that of somebody else is kept, and goes with the rest. */
  envOf(name: string): Record<string, string>;
  cli(...words: string[]): ReturnType<typeof muster>;
  /** What a command prints with --json; throws what it says when it fails. */
  json<Answer>(...words: string[]): Promise<Answer>;
  stop(): Promise<void>;
};

/** Starts a server with the agent of this machine, waits until it is online, and signs in. */
export async function stageTerminal(): Promise<Terminal> {
  const server = await startServer({ localAgent: true });
  const folder = mkdtempSync(join(tmpdir(), 'muster-terminal-'));
  const envOf = (name: string) => ({ MUSTER_CLI_CONFIG: join(folder, `${name}.json`) });
  const env = envOf('login');
  const online = async () =>
    (await server.api<{ items: DeviceRow[] }>('GET', '/devices?query=status%20%3D%20online')).items[0];
  const device = await until('this machine is online', online, 90_000);
  const cli = (...words: string[]) => muster(words, env);
  const login = ['login', '--server', server.url, '--email', ADMIN.email, '--password-stdin'];
  demandSuccess(await muster(login, env, ADMIN.password));
  return {
    server,
    device,
    env,
    envOf,
    cli,
    json: async <Answer>(...words: string[]) =>
      JSON.parse(demandSuccess(await cli(...words, '--json'))) as Answer,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function demandSuccess({ code, stdout, stderr }: Awaited<ReturnType<typeof muster>>): string {
  if (code !== 0) throw new Error(`muster ended with ${code}: ${stderr}`);
  return stdout;
}
