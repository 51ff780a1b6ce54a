import { expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { dropTestDatabase, emptyTestDatabase } from '../platform/db/testing.ts';
import { temporaryFolder } from '../testing/server-process.ts';
import { LIMIT_MS, refused, runSql, setUp, stageServers } from '../testing/stage-servers.ts';

const { start } = stageServers();
const outside = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find((entry) => !entry.internal && entry.family === 'IPv4')?.address;
if (!outside) console.log('SKIPPED: further addresses: this machine has none beyond loopback');

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
    await runSql(url, `update settings set value = value || '["203.0.113.9"]' where key = 'listen'`);

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
