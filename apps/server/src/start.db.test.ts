import { expect, test } from 'bun:test';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './testing/server-process.ts';
import {
  isHealthy,
  LIMIT_MS,
  postmasterOf,
  refused,
  setUp,
  signIn,
  stageServers,
  untilTrue,
} from './testing/stage-servers.ts';

const { start } = stageServers();
/** Zombies are gone: they wait only for somebody to ask how they ended. */
const isAlive = (pid: number) =>
  existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

test(
  'OP-1: a fresh folder becomes a ready server, stops on SIGTERM with its database, and starts again',
  async () => {
    using folder = temporaryFolder();
    const first = start({ data: folder.path });
    const url = await first.url();

    expect(await isHealthy(url)).toBe(true);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    const postmaster = postmasterOf(folder.path);
    const saidBefore = first.output().length;
    first.kill('SIGTERM');
    expect(await first.exit()).toBe(0);

    expect(first.output().slice(saidBefore)).not.toMatch(/"level":"(warn|error|fatal)"/);
    expect(existsSync(`/proc/${postmaster}`)).toBe(false);
    expect(existsSync(join(folder.path, 'postgres/cluster/postmaster.pid'))).toBe(false);
    const second = start({ data: folder.path });
    expect(await isHealthy(await second.url())).toBe(true);
  },
  LIMIT_MS,
);

test(
  'kill -9 of the server leaves nothing that the next start does not mend',
  async () => {
    using folder = temporaryFolder();
    const first = start({ data: folder.path });
    const token = await setUp(first);
    first.kill('SIGKILL');
    await first.exit();

    const second = start({ data: folder.path });

    const me = await fetch(`${await second.url()}/api/v1/auth/me`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(me.status).toBe(200);
    expect(second.output()).not.toContain('#token=');
  },
  LIMIT_MS,
);

test(
  'a killed server takes its PostgreSQL with it',
  async () => {
    using folder = temporaryFolder();
    const server = start({ data: folder.path });
    await server.url();
    const postmaster = postmasterOf(folder.path);
    server.kill('SIGKILL');
    await server.exit();
    await untilTrue(async () => !isAlive(postmaster));
  },
  LIMIT_MS,
);

test(
  'a postgres that outlived its server is stopped and the data goes on',
  async () => {
    using folder = temporaryFolder();
    const first = start({ data: folder.path });
    const token = await setUp(first);
    const postmaster = postmasterOf(folder.path);
    // It stands still while its server dies, and so sees nothing of that.
    process.kill(postmaster, 'SIGSTOP');
    first.kill('SIGKILL');
    await first.exit();
    const second = start({ data: folder.path });
    await Bun.sleep(300);
    process.kill(postmaster, 'SIGCONT');

    const headers = { authorization: `Bearer ${token}` };
    const me = await fetch(`${await second.url()}/api/v1/auth/me`, { headers });

    expect(me.status).toBe(200);
    expect(isAlive(postmaster)).toBe(false);
  },
  LIMIT_MS,
);

test(
  'a postmaster.pid that names a stranger does not keep the database from starting',
  async () => {
    using folder = temporaryFolder();
    const first = start({ data: folder.path });
    await first.url();
    const lines = readFileSync(join(folder.path, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n');
    first.kill('SIGTERM');
    await first.exit();
    writeFileSync(
      join(folder.path, 'postgres/cluster/postmaster.pid'),
      [String(process.pid), ...lines.slice(1)].join('\n'),
    );

    const second = start({ data: folder.path });
    expect(await isHealthy(await second.url())).toBe(true);
  },
  LIMIT_MS,
);

test(
  'OP-1: after kill -9 of PostgreSQL the server says so, starts it again and is ready by itself',
  async () => {
    using folder = temporaryFolder();
    const server = start({ data: folder.path });
    const url = await server.url();
    const token = await setUp(server);
    const postmaster = postmasterOf(folder.path);

    process.kill(postmaster, 'SIGKILL');
    await untilTrue(async () => postmasterOf(folder.path) !== postmaster && (await isHealthy(url)));

    const me = await fetch(`${url}/api/v1/auth/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(me.status).toBe(200);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  },
  LIMIT_MS,
);

test('bad configuration lists all problems and starts nothing', async () => {
  using folder = temporaryFolder();
  const data = join(folder.path, 'data');
  const lines = await refused({
    data,
    args: ['--gateway-prot', '1', '--tls-cert', '/nowhere'],
    env: { MUSTER_DATABASE_URL: 'x' },
  });
  expect(lines.length).toBeGreaterThanOrEqual(4);
  expect(existsSync(data)).toBe(false);
});

test(
  'MUSTER_ADMIN_EMAIL and a password file make the first administrator without set-up',
  async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'password');
    writeFileSync(file, 'correct horse battery\n', { mode: 0o600 });
    const server = start({
      data: join(folder.path, 'data'),
      env: { MUSTER_ADMIN_EMAIL: 'ada@example.org', MUSTER_ADMIN_PASSWORD_FILE: file },
    });

    expect(await signIn(await server.url())).toBe(200);
    expect(server.output()).not.toContain('#token=');
    expect(server.output()).not.toContain('correct horse');
  },
  LIMIT_MS,
);
