import { afterEach, expect } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { type ServerProcess, type ServerProcessOptions, startServerProcess } from './server-process.ts';

/** How long a test may take that starts servers (milliseconds). */
export const LIMIT_MS = 180_000;

/** Whether these tests may mount disks and become somebody else. */
export const isRoot = process.getuid?.() === 0;

/** Servers in processes of their own for the tests of the calling file; those that still run are ended after each test. */
export function stageServers() {
  const started: ServerProcess[] = [];
  afterEach(async () => {
    for (const server of started.splice(0)) {
      server.kill('SIGTERM');
      await server.exit();
    }
  });
  return {
    start: (options: ServerProcessOptions): ServerProcess => {
      const server = startServerProcess(options);
      started.push(server);
      return server;
    },
  };
}

/** Starts what must not start, and returns what it told the person. */
export async function refused(options: ServerProcessOptions): Promise<string[]> {
  const server = startServerProcess({ ...options, args: [...(options.args ?? []), '--log-level', 'error'] });
  expect(await server.exit()).toBe(1);
  return server.output().trim().split('\n');
}

/** Waits until it holds; a check that throws does not hold yet. */
export async function untilTrue(check: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 120_000; Date.now() < deadline; await Bun.sleep(50)) {
    if (await check().catch(() => false)) return;
  }
  throw new Error('it did not come true within two minutes');
}

/** Whether the server says that all of its parts are ready. */
export const isHealthy = async (url: string) => (await fetch(`${url}/health`)).status === 200;

/** Process id of the PostgreSQL of a data folder. */
export const postmasterOf = (data: string) =>
  Number(readFileSync(join(data, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0]);

const ADA = { email: 'ada@example.org', password: 'correct horse battery' };

/** The status that the administrator of `setUp` is answered at the door. */
export async function signIn(url: string): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(`${url}/api/v1/auth/login`, { method: 'POST', headers, body: JSON.stringify(ADA) }))
    .status;
}

/** Makes the first administrator; the token of their session. */
export async function setUp(server: ServerProcess): Promise<string> {
  const answer = await fetch(`${await server.url()}/api/v1/setup`, {
    method: 'POST',
    body: JSON.stringify({ ...ADA, name: 'Ada', token: await server.setUpToken() }),
  });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { token: string }).token;
}

/** One statement as the owner of the database. */
export async function runSql(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(text);
  await client.end();
}
