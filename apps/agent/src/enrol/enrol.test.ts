import { afterAll, afterEach, beforeAll, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentProcess, until } from '../testing/agent-process.ts';
import { Authority } from '../testing/authority.ts';
import { TestGateway } from '../testing/test-gateway.ts';
import { consoleAddress, publicKeyPin } from './console-tls.ts';

/** Each of these starts processes, and the machine may have other things to do. */
setDefaultTimeout(240_000);

const CONSOLE_NAME = 'console.some-installation.muster.internal';
let gateway: TestGateway;
let folder: string;
let console: Bun.Server<undefined>;
let certificate: string;
let stranger: Authority;
let proxy: Server;
let asked: string[] = [];
let agent: AgentProcess;

/** A self-signed certificate as a server makes it for its own console. */
function selfSigned(): { key: string; certificate: string } {
  const make = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '30',
  ];
  const names = [
    '-subj',
    '/CN=console',
    '-addext',
    `subjectAltName=DNS:${CONSOLE_NAME}`,
    '-addext',
    'basicConstraints=critical,CA:false',
  ];
  Bun.spawnSync(['openssl', ...make, ...names, '-keyout', join(folder, 'k'), '-out', join(folder, 'c')]);
  return { key: join(folder, 'k'), certificate: join(folder, 'c') };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-enrol-'));
  gateway = await new TestGateway(26730, 26731).start();
  stranger = new Authority('stranger');
  const pair = selfSigned();
  certificate = pair.certificate;
  console = Bun.serve({
    port: 26732,
    hostname: '127.0.0.1',
    tls: { key: await Bun.file(pair.key).text(), cert: await Bun.file(certificate).text() },
    fetch: (request) =>
      fetch(`http://127.0.0.1:26731${new URL(request.url).pathname}`, {
        method: request.method,
        body: request.body,
      }),
  });
  proxy = createServer((client) => {
    client.on('error', () => {});
    client.once('data', (head) => {
      const [, host = '', port = '0'] = /^CONNECT ([^:]+):(\d+)/.exec(head.toString()) ?? [];
      asked.push(`${host}:${port}`);
      const far = connect(Number(port), host, () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        far.pipe(client).pipe(far);
      });
      far.on('error', () => client.destroy());
    });
  }).listen(26733, '127.0.0.1');
});
beforeEach(() => {
  agent = new AgentProcess(gateway);
  asked = [];
});
afterEach(() => agent.dispose());
afterAll(async () => {
  proxy.close();
  await console.stop(true);
  await gateway.stop();
  stranger.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const enrolAt = (server: string, ...words: string[]) =>
  agent.command(['enrol', '--server', server, ...words], { MUSTER_TOKEN: 'right' });
const pinOf = async () => publicKeyPin(new X509Certificate(await Bun.file(certificate).text()));

test("EN-1: with the console's own certificate the server is believed under any address, and with its pin too", async () => {
  const plain = await enrolAt('https://127.0.0.1:26732', '--server-cert', certificate);
  const pinned = await enrolAt(
    'https://localhost:26732',
    '--server-cert',
    certificate,
    '--pin',
    await pinOf(),
  );

  expect([plain.stderr, plain.code]).toEqual(['', 0]);
  expect([pinned.stderr, pinned.code]).toEqual(['', 0]);
});

test('EN-1: without it, with another one, or with a wrong pin, the token is not sent', async () => {
  const other = stranger.issueServer(CONSOLE_NAME).certificate;
  writeFileSync(join(folder, 'other'), other);
  const wrongPin = `sha256//${'A'.repeat(43)}=`;
  const before = gateway.deviceId;
  const outcomes = [
    await enrolAt('https://127.0.0.1:26732'),
    await enrolAt('https://127.0.0.1:26732', '--server-cert', join(folder, 'other')),
    await enrolAt('https://127.0.0.1:26732', '--server-cert', certificate, '--pin', wrongPin),
  ];

  expect(outcomes.map((outcome) => outcome.code)).toEqual([1, 1, 1]);
  expect(gateway.deviceId).toBe(before);
});

test('EN-1: a token goes over plain http to this very machine only', () => {
  expect(consoleAddress('http://127.0.0.1:8080/x')).toBe('http://127.0.0.1:8080');
  expect(consoleAddress('http://localhost:8080')).toBe('http://localhost:8080');
  expect(() => consoleAddress('http://127.0.0.1.example.org')).toThrow('https');
  expect(() => consoleAddress('http://192.0.2.7:8080')).toThrow('https');
  expect(() => consoleAddress('muster.example.org')).toThrow('is not an address');
});

test('HB-1: through an HTTP proxy that was given at install the agent enrols, connects, and sends beacons', async () => {
  const proxied = ['--server-cert', certificate, '--proxy', 'http://127.0.0.1:26733'];
  await enrolAt('https://127.0.0.1:26732', ...proxied);
  agent.start();
  await until('it connects', () => gateway.connected === 1);
  gateway.acceptsSockets = false;
  await gateway.cut();
  gateway.listen();
  await until('a beacon comes', () => gateway.beacons.length > 0);
  gateway.acceptsSockets = true;

  expect(new Set(asked)).toEqual(new Set(['127.0.0.1:26732', '127.0.0.1:26730']));
}, 120_000);
