import { afterEach, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { dropTestDatabase, emptyTestDatabase } from './platform/db/testing.ts';
import {
  type ServerProcess,
  type ServerProcessOptions,
  startServerProcess,
  temporaryFolder,
} from './testing/server-process.ts';

const LIMIT_MS = 60_000;
const isRoot = process.getuid?.() === 0;
const outside = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find((entry) => !entry.internal && entry.family === 'IPv4')?.address;
if (!outside) console.log('SKIPPED: further addresses: this machine has none beyond loopback');
if (!isRoot) console.log('SKIPPED: a full disk: only root can mount one');
/** Somebody without any right on this machine but to read this checkout. */
const asNobody = isRoot ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
const canReadHere =
  spawnSync('sh', ['-c', '"$@"', 'sh', ...asNobody, process.execPath, '--version']).status === 0;
if (!canReadHere) console.log('SKIPPED: a start without root: nobody else can read this checkout');
const started: ServerProcess[] = [];

afterEach(async () => {
  for (const server of started.splice(0)) {
    server.kill('SIGTERM');
    await server.exit();
  }
});

function start(options: ServerProcessOptions): ServerProcess {
  const server = startServerProcess(options);
  started.push(server);
  return server;
}

/** Starts what must not start, and returns what it told the person. */
async function refused(options: ServerProcessOptions): Promise<string[]> {
  const server = startServerProcess({ ...options, args: [...(options.args ?? []), '--log-level', 'error'] });
  expect(await server.exit()).toBe(1);
  return server.output().trim().split('\n');
}

async function sql(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(text);
  await client.end();
}

async function until(check: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await Bun.sleep(50)) {
    if (await check().catch(() => false)) return;
  }
  throw new Error('it did not come true within 30 s');
}

const isHealthy = async (url: string) => (await fetch(`${url}/health`)).status === 200;
/** Zombies are gone: they wait only for somebody to ask how they ended. */
const isAlive = (pid: number) =>
  existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
const postmasterOf = (data: string) =>
  Number(readFileSync(join(data, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0]);

async function signIn(url: string): Promise<number> {
  const body = JSON.stringify({ email: 'ada@example.org', password: 'correct horse battery' });
  const headers = { 'content-type': 'application/json' };
  return (await fetch(`${url}/api/v1/auth/login`, { method: 'POST', headers, body })).status;
}

async function setUp(server: ServerProcess): Promise<string> {
  const body = {
    token: await server.setUpToken(),
    email: 'ada@example.org',
    name: 'Ada',
    password: 'correct horse battery',
  };
  const answer = await fetch(`${await server.url()}/api/v1/setup`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { token: string }).token;
}

test(
  'OP-1: a fresh folder becomes a ready server, stops on SIGTERM with its database, and starts again',
  async () => {
    using folder = temporaryFolder();
    const first = start({ data: folder.path });
    const url = await first.url();

    expect(await isHealthy(url)).toBe(true);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    const postmaster = postmasterOf(folder.path);
    first.kill('SIGTERM');
    expect(await first.exit()).toBe(0);

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
    await until(async () => !isAlive(postmaster));
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
    await until(async () => postmasterOf(folder.path) !== postmaster && (await isHealthy(url)));

    const me = await fetch(`${url}/api/v1/auth/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(me.status).toBe(200);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  },
  LIMIT_MS,
);

test(
  'two servers on one data folder: the second says who has it, and the first goes on',
  async () => {
    using folder = temporaryFolder();
    const first = start({ data: folder.path });
    const url = await first.url();

    expect(await refused({ data: folder.path })).toEqual([
      `muster: Another Muster server (process ${first.pid}) uses the data folder ${folder.path}; stop it, or choose another folder with --data.`,
    ]);
    expect(await isHealthy(url)).toBe(true);
  },
  LIMIT_MS,
);

test(
  'a port in use is one sentence, and the database is stopped again',
  async () => {
    using folder = temporaryFolder();
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;

    const lines = await refused({ data: folder.path, args: ['--port', String(port), '--gateway-port', '0'] });
    const gateway = await refused({
      data: folder.path,
      args: ['--port', '0', '--gateway-port', String(port)],
    });
    taken.close();

    expect(lines).toEqual([
      `muster: Another program already uses port ${port} on 127.0.0.1; end it, or choose another port with --port.`,
    ]);
    expect(gateway.join()).toContain('choose another port with --gateway-port');
    expect(existsSync(join(folder.path, 'postgres/cluster/postmaster.pid'))).toBe(false);
  },
  LIMIT_MS,
);

test(
  'two servers of different data folders do not share a port',
  async () => {
    using folder = temporaryFolder();
    using other = temporaryFolder();
    const { port } = new URL(await start({ data: folder.path }).url());

    expect(
      (await refused({ data: other.path, args: ['--port', port, '--gateway-port', '0'] })).join(),
    ).toContain(`Another program already uses port ${port} on 127.0.0.1`);
  },
  LIMIT_MS,
);

test(
  'a data folder that is a file, or that cannot be written, is one sentence',
  async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'file');
    writeFileSync(file, 'mine');

    expect(await refused({ data: file })).toEqual([
      `muster: ${file} is not a folder; choose another with --data.`,
    ]);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    const readOnly = join('/proc', 'muster');
    expect((await refused({ data: readOnly })).join()).toContain(
      `The data folder ${readOnly} cannot be used`,
    );
  },
  LIMIT_MS,
);

test.skipIf(!canReadHere)(
  'OP-1: a user without rights starts everything in a folder of their own, database included',
  async () => {
    using folder = temporaryFolder();
    const data = join(folder.path, 'data');
    mkdirSync(data, { mode: 0o700 });
    if (isRoot) for (const path of [folder.path, data]) chownSync(path, 65_534, 65_534);

    const server = start({ data, through: asNobody, env: { HOME: data } });
    await until(async () => isHealthy(await server.url()));
    const postmaster = readFileSync(join(data, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split(
      '\n',
    )[0];

    const owner = isRoot ? 65_534 : process.getuid?.();
    for (const pid of [server.pid, Number(postmaster)])
      expect(statSync(`/proc/${pid}`).uid).toBe(owner as number);
    server.kill('SIGTERM');
    expect(await server.exit()).toBe(0);
  },
  LIMIT_MS,
);

test('a data folder of somebody else is one sentence', async () => {
  using folder = temporaryFolder();
  const closed = join(folder.path, 'closed');
  mkdirSync(closed, { mode: isRoot ? 0o700 : 0o000 });
  // Root reads everything, unless that power is taken away from it.
  if (isRoot) chownSync(closed, 65_534, 65_534);
  const through = isRoot ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] : [];

  const lines = await refused({ data: closed, through });

  expect(lines).toEqual([
    `muster: The data folder ${closed} cannot be read and written by this user; change its owner or choose another with --data.`,
  ]);
  chmodSync(closed, 0o700);
});

/** A disk of its own and of a size, for as long as `work` takes. */
async function onDisk(size: string, work: (path: string) => Promise<void>): Promise<void> {
  using folder = temporaryFolder();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder.path]);
  expect(mounted.status).toBe(0);
  try {
    await work(folder.path);
  } finally {
    spawnSync('umount', ['-l', folder.path]);
  }
}

test.skipIf(!isRoot)(
  'a full disk is one sentence',
  () =>
    onDisk('8m', async (path) => {
      const lines = await refused({ data: join(path, 'data') });
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(
        /^muster: The disk of the data folder .* is full .*make room and start again\.$/,
      );
      expect(existsSync(join(path, 'data', 'postgres'))).toBe(false);
    }),
  LIMIT_MS,
);

test.skipIf(!isRoot)(
  'a disk that fills up while the server runs ends nothing, and room brings everything back',
  () =>
    onDisk('120m', async (path) => {
      const server = start({ data: join(path, 'data') });
      const url = await server.url();
      const token = await setUp(server);
      spawnSync('dd', ['if=/dev/zero', `of=${join(path, 'filler')}`, 'bs=1M'], { stdio: 'ignore' });

      const statuses = new Set<number>();
      for (let attempt = 0; attempt < 20; attempt++) statuses.add(await signIn(url));
      expect((await fetch(`${url}/health/live`)).status).toBe(200);
      expect([...statuses].every((status) => status === 200 || status === 503)).toBe(true);
      rmSync(join(path, 'filler'));

      await until(async () => (await signIn(url)) === 200);
      const me = await fetch(`${url}/api/v1/auth/me`, { headers: { authorization: `Bearer ${token}` } });
      expect(me.status).toBe(200);
      server.kill('SIGTERM');
      await server.exit();
    }),
  LIMIT_MS,
);

test(
  'DT-7: a foreign database and one of a newer Muster are one sentence each, and stay as they are',
  async () => {
    using folder = temporaryFolder();
    const url = await emptyTestDatabase();
    await sql(url, 'create table orders (id int)');

    const foreign = await refused({ data: folder.path, env: { MUSTER_DATABASE_URL: url } });
    expect(foreign).toHaveLength(1);
    expect(foreign[0]).toContain('is not empty and was not made by Muster');
    await sql(url, 'drop table orders');

    const server = startServerProcess({ data: folder.path, env: { MUSTER_DATABASE_URL: url } });
    await server.url();
    server.kill('SIGINT');
    expect(await server.exit()).toBe(0);
    await sql(url, "update muster.migrations set min_app_version = '99.0.0' where number = 1");

    expect(await refused({ data: folder.path, env: { MUSTER_DATABASE_URL: url } })).toEqual([
      'muster: This database needs Muster 99.0.0 or newer; this is 0.1.0. Start the newer version again.',
    ]);
    await dropTestDatabase(url);
  },
  LIMIT_MS,
);

test('a database that does not answer is one sentence without its password', async () => {
  using folder = temporaryFolder();
  const lines = await refused({
    data: folder.path,
    env: { MUSTER_DATABASE_URL: 'postgres://muster:hunter2@127.0.0.1:9/muster' },
  });
  expect(lines).toEqual([
    'muster: The database at 127.0.0.1:9 does not answer; check --database-url and that PostgreSQL runs there.',
  ]);
});

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

    const login = await fetch(`${await server.url()}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'ada@example.org', password: 'correct horse battery' }),
    });

    expect(login.status).toBe(200);
    expect(server.output()).not.toContain('#token=');
    expect(server.output()).not.toContain('correct horse');
  },
  LIMIT_MS,
);

test.skipIf(!outside)(
  'an address that was added is opened again at the next start, and one that is gone is a warning',
  async () => {
    using folder = temporaryFolder();
    const url = await emptyTestDatabase();
    const env = { MUSTER_DATABASE_URL: url };
    const first = start({ data: folder.path, env });
    const headers = { authorization: `Bearer ${await setUp(first)}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ address: outside });
    await fetch(`${await first.url()}/api/v1/system/listen`, { method: 'POST', headers, body });
    first.kill('SIGTERM');
    await first.exit();
    await sql(url, `update settings set value = value || '["203.0.113.9"]' where key = 'listen'`);

    const second = start({ data: folder.path, env });
    const answer = await fetch(`${await second.url()}/api/v1/system/status`, { headers });
    const status = (await answer.json()) as { consoleAddresses: string[]; warnings: { code: string }[] };

    expect(status.consoleAddresses[0]).toStartWith(`https://${outside}:`);
    expect(status.warnings.map(({ code }) => code)).toContain('address_missing');
    second.kill('SIGTERM');
    await second.exit();
    await dropTestDatabase(url);
  },
  LIMIT_MS,
);

test.skipIf(!outside)(
  'with a certificate of the operator’s own the console shows that one, under its name',
  async () => {
    using folder = temporaryFolder();
    const [cert, key] = [join(folder.path, 'cert.pem'), join(folder.path, 'key.pem')];
    const made = spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
      ...[
        '-subj',
        '/CN=muster.test',
        '-addext',
        'subjectAltName=DNS:muster.test',
        '-keyout',
        key,
        '-out',
        cert,
      ],
    ]);
    expect(made.status).toBe(0);
    const args = ['--tls-cert', cert, '--tls-key', key, '--listen', '0.0.0.0'];
    const server = start({ data: join(folder.path, 'data'), args });
    const port = new URL(await server.url()).port;

    const tls = { ca: readFileSync(cert, 'utf8'), serverName: 'muster.test' };
    const answer = await fetch(`https://${outside}:${port}/health`, { tls });

    expect(answer.status).toBe(200);
    expect(server.output()).toContain(`https://muster.test:${port}`);
  },
  LIMIT_MS,
);
