import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { createDeviceKey } from '../identity/device-key.ts';
import { Authority } from '../testing/authority.ts';
import type { GatewayTls } from './gateway-tls.ts';
import { HttpResponseReader } from './http-response.ts';
import { exchangeHttps, type HttpsRequest } from './https-exchange.ts';

/** Beacons without a proxy: HTTP/1.1 over a TLS socket of our own. */
const NAME = 'gateway.test.muster.internal';
const PORT = 26_715;
const authority = new Authority('exchange');
const deviceCa = new Authority('exchange devices');
let tls: GatewayTls;
let listener: Bun.TCPSocketListener | undefined;
let heard = '';

beforeAll(async () => {
  const key = await createDeviceKey();
  tls = {
    ca: authority.certificate,
    cert: deviceCa.issueClient('device', key.publicKey),
    key: key.pem,
    serverName: NAME,
  };
});
afterEach(() => {
  listener?.stop(true);
  heard = '';
});
afterAll(() => {
  authority.dispose();
  deviceCa.dispose();
});

/** A server that answers whatever was asked with these pieces, and then ends the connection if `ends`. */
function answering(
  pieces: readonly string[],
  { ends = false, hostname = '127.0.0.1', after = '\r\n\r\n' } = {},
) {
  const { key, certificate } = authority.issueServer(NAME);
  listener = Bun.listen({
    hostname,
    port: PORT,
    tls: { key, cert: certificate },
    socket: {
      async data(socket, bytes) {
        heard += bytes.toString('latin1');
        if (!heard.endsWith(after)) return;
        for (const piece of pieces) {
          socket.write(Buffer.from(piece, 'latin1'));
          socket.flush();
          await Bun.sleep(5);
        }
        if (ends) socket.end();
      },
    },
  });
}
function ask(
  request: HttpsRequest = { method: 'GET', path: '/nonce' },
  gateway = `127.0.0.1:${PORT}`,
  timeoutMs = 100_000,
) {
  return exchangeHttps(gateway, request, { tls, proxy: undefined, timeoutMs });
}
const textOf = async (answer: ReturnType<typeof ask>) => new TextDecoder().decode((await answer).body);

test('HB-1: an answer with a length is taken as it comes, in however many pieces', async () => {
  answering(['HTTP/1.1 200 OK\r\nMuster-Ti', 'me: 17\r\ncontent-length: 5\r', '\n\r\nhe', 'llo']);

  const response = await ask();

  expect(response.status).toBe(200);
  expect(response.headers.get('muster-time')).toBe('17');
  expect(new TextDecoder().decode(response.body)).toBe('hello');
  expect(heard).toStartWith(`GET /nonce HTTP/1.1\r\nhost: 127.0.0.1:${PORT}\r\nconnection: close\r\n`);
});

test('HB-1: an answer in chunks, and one that ends with the connection, are whole', async () => {
  answering([
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel',
    'lo\r\n3;x=y\r\n yo\r\n0\r',
    '\n\r\n',
  ]);
  const chunked = await textOf(ask());
  listener?.stop(true);
  heard = '';
  answering(['HTTP/1.1 200 OK\r\n\r\nhel', 'lo'], { ends: true });

  expect(chunked).toBe('hello yo');
  expect(await textOf(ask())).toBe('hello');
});

test('HB-1: a gateway is reached by IPv6', async () => {
  answering(['HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nv6'], { hostname: '::1' });

  expect(await textOf(ask(undefined, `[::1]:${PORT}`))).toBe('v6');
});

test('HB-1: a body larger than what the kernel takes at once is sent whole', async () => {
  const body = Buffer.alloc(900_000, 'x');
  body.write('END', body.length - 3);
  answering(['HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'], { after: 'END' });

  const { status } = await ask({ method: 'POST', path: '/', body });

  expect(status).toBe(200);
  expect(heard).toContain('content-length: 900000\r\n');
  expect(heard.length - heard.indexOf('\r\n\r\n') - 4).toBe(900_000);
});

test('HB-1: a server that never answers, and one that nobody listens for, are given up', async () => {
  answering([]);
  const silent = await ask(undefined, undefined, 1_500).catch((error: Error) => error.message);
  listener?.stop(true);

  expect(silent).toBe('no answer within 1500 ms');
  expect(ask()).rejects.toThrow();
});

test('HB-1: a connection that ends within its answer is no answer', async () => {
  answering(['HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhel'], { ends: true });

  expect(ask()).rejects.toThrow('ended the connection within its answer');
});

const REFUSED: readonly [string, string, RegExp][] = [
  ['a body longer than any gateway sends', 'HTTP/1.1 200 OK\r\ncontent-length: 3000000\r\n\r\n', /larger/],
  ['a chunk longer than that', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffff\r\n', /larger/],
  ['a body without end', `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(2_200_000)}`, /larger/],
  ['a head without end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}`, /head/],
  ['a length that is none', 'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n', /length/],
  ['a chunk without length', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', /length/],
  ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n\r\n', /not HTTP/],
];
test.each(REFUSED)('HB-1: %s is refused', (_, bytes, why) => {
  expect(() => new HttpResponseReader().add(Buffer.from(bytes))).toThrow(why);
});
