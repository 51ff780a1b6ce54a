import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, type RunningServer, startServer } from '@muster/e2e';
import { SQL } from 'bun';
import { endsWith } from './ending.ts';
import { residentBytes } from './measure/process-figures.ts';

/** A server on a data folder of its own, with a look into its database. */
export interface ServerUnderTest {
  readonly gateway: string;
  readonly pid: number;
  readonly url: string;
  readonly api: RunningServer['api'];
  /** Bearer token of the administrator. */
  readonly token: string;
  /** The database as its owner, past every row-level rule; connected anew after a restart. */
  sql(): SQL;
  residentBytes(): number;
  /** Secret of an enrolment token with that many uses. */
  enrolmentToken(uses: number): Promise<string>;
  /** How many handshakes ended well so far. */
  welcomes(): Promise<number>;
  restart(): Promise<void>;
  /** Ends the server and keeps its folder; `stop` comes later. */
  away(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts `apps/server/src/start.ts` without a local agent; `env` goes on top of this process's environment. */
export async function startServerUnderTest(
  env: Readonly<Record<string, string>> = {},
): Promise<ServerUnderTest> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'muster-bench-'));
  const [port, gatewayPort] = [await freePort(), await freePort()];
  const flags = ['--log-level', 'warn'];
  const start = () => startServer({ dataFolder, port, gatewayPort, flags, env });
  let server = await start().catch((error: unknown) => {
    rmSync(dataFolder, { recursive: true, force: true });
    throw error;
  });
  let sql = openDatabase(dataFolder);
  return {
    gateway: `127.0.0.1:${gatewayPort}`,
    get pid() {
      return server.pid;
    },
    get url() {
      return server.url;
    },
    get token() {
      return server.token;
    },
    api: (...call) => server.api(...call),
    sql: () => sql,
    residentBytes: () => residentBytes(server.pid),
    async enrolmentToken(uses) {
      const { secret } = await server.api<{ secret: string }>('POST', '/enrolment-tokens', { uses });
      return secret;
    },
    async welcomes() {
      const metrics = await fetch(`${server.url}/metrics`, {
        headers: { authorization: `Bearer ${server.token}` },
      }).then((answer) => answer.text());
      const line = /^muster_gateway_handshakes_total\{[^}]*outcome="welcome"[^}]*\} (\d+)/m.exec(metrics);
      return Number(line?.[1] ?? 0);
    },
    async away() {
      await server.end();
    },
    async restart() {
      await sql.end();
      await server.end();
      server = await start();
      sql = openDatabase(dataFolder);
    },
    stop: endsWith(async () => {
      await sql.end();
      await server.end();
      rmSync(dataFolder, { recursive: true, force: true });
    }),
  };
}

/** The embedded PostgreSQL of a data folder: its postmaster's file says the port, the folder holds the password. */
function openDatabase(dataFolder: string): SQL {
  const folder = join(dataFolder, 'postgres');
  const port = readFileSync(join(folder, 'cluster', 'postmaster.pid'), 'utf8').split('\n')[3];
  const password = readFileSync(join(folder, 'password'), 'utf8').trim();
  return new SQL(`postgres://muster:${password}@127.0.0.1:${port}/muster`, { max: 2 });
}
