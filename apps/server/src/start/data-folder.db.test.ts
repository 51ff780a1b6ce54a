import { expect, test } from 'bun:test';
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
import { join } from 'node:path';
import { temporaryFolder } from '../testing/server-process.ts';
import {
  isHealthy,
  isRoot,
  LIMIT_MS,
  refused,
  setUp,
  signIn,
  stageServers,
  untilTrue,
} from '../testing/stage-servers.ts';

const { start } = stageServers();
if (!isRoot) console.log('SKIPPED: a full disk: only root can mount one');
/** Somebody without any right on this machine but to read this checkout. */
const asNobody = isRoot ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
const canReadHere =
  spawnSync('sh', ['-c', '"$@"', 'sh', ...asNobody, process.execPath, '--version']).status === 0;
if (!canReadHere) console.log('SKIPPED: a start without root: nobody else can read this checkout');

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
    await untilTrue(async () => isHealthy(await server.url()));
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

      await untilTrue(async () => (await signIn(url)) === 200);
      const me = await fetch(`${url}/api/v1/auth/me`, { headers: { authorization: `Bearer ${token}` } });
      expect(me.status).toBe(200);
      server.kill('SIGTERM');
      await server.exit();
    }),
  LIMIT_MS,
);

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
