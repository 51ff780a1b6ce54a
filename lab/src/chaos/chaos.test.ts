import { afterEach, describe, expect, test } from 'bun:test';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type ChaosProxy, startChaosProxy } from './tcp-proxy.ts';
import { startUdpChaosProxy } from './udp-proxy.ts';

const HOST = '127.0.0.1';
const stops: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function startEcho(): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  stops.push(() => server.close());
  return (server.address() as { port: number }).port;
}

async function startProxy(): Promise<ChaosProxy> {
  const port = await startEcho();
  const proxy = await startChaosProxy({
    listen: { hostname: HOST, port: 0 },
    target: { hostname: HOST, port },
  });
  stops.push(proxy.stop);
  return proxy;
}

async function dial(port: number): Promise<Socket> {
  const socket = connect({ host: HOST, port });
  stops.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

async function echoTime(socket: Socket, text = 'x'): Promise<number> {
  const began = performance.now();
  socket.write(text);
  let got = 0;
  while (got < text.length) {
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    got += bytes.length;
  }
  return performance.now() - began;
}

function errorOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on('close', () => resolve('closed'));
  });
}

describe('the TCP chaos proxy', () => {
  test('passes a megabyte unchanged and closes when both sides have ended', async () => {
    const proxy = await startProxy();
    const socket = await dial(proxy.port);
    const sent = Buffer.from(crypto.getRandomValues(new Uint8Array(65_536)));
    const parts: Buffer[] = [];
    socket.on('data', (bytes: Buffer) => parts.push(bytes));

    for (let count = 0; count < 16; count++) socket.write(sent);
    socket.end();
    await once(socket, 'close');

    expect(Buffer.concat(parts).equals(Buffer.concat(Array(16).fill(sent)))).toBe(true);
    while (proxy.stats().open > 0) await Bun.sleep(5);
    expect(proxy.stats()).toEqual({
      open: 0,
      accepted: 1,
      reset: 0,
      bytesToTarget: 1_048_576,
      bytesToClient: 1_048_576,
    });
  });

  test('delays each way, keeps the order under jitter, and is fast again after restore', async () => {
    const proxy = await startProxy();
    const socket = await dial(proxy.port);

    proxy.setDelay(100);
    const slow = await echoTime(socket);
    proxy.setDelay(5, 40);
    let heard = '';
    const listen = (bytes: Buffer) => {
      heard += bytes.toString();
    };
    socket.on('data', listen);
    for (const letter of 'abcdefghij') {
      socket.write(letter);
      await Bun.sleep(3);
    }
    while (heard.length < 10) await Bun.sleep(5);
    socket.off('data', listen);
    proxy.setDelay(3_600_000);
    await proxy.restore();
    // Nobody waits an hour for this answer.
    await echoTime(socket);

    expect(slow).toBeGreaterThanOrEqual(195);
    expect(heard).toBe('abcdefghij');
  });

  test('limits the rate over all connections', async () => {
    const proxy = await startProxy();
    const [one, two] = [await dial(proxy.port), await dial(proxy.port)];
    const began = performance.now();
    proxy.limitRate(100_000);

    await Promise.all([echoTime(one, 'x'.repeat(20_000)), echoTime(two, 'y'.repeat(20_000))]);
    const took = performance.now() - began;

    expect(took).toBeGreaterThan(390);
  });

  test('a cut resets every connection and refuses new ones until it is restored on the same port', async () => {
    const proxy = await startProxy();
    const socket = await dial(proxy.port);
    await echoTime(socket);
    const ended = errorOf(socket);

    await proxy.cut();
    const refused = await errorOf(connect({ host: HOST, port: proxy.port }));
    await proxy.restore();
    const again = await dial(proxy.port);

    expect(await ended).toBe('ECONNRESET');
    expect(refused).toBe('ECONNREFUSED');
    await echoTime(again);
    expect(proxy.stats()).toMatchObject({ accepted: 2, reset: 1, open: 1 });
  });

  test('a black hole accepts connections and passes nothing; what was sent arrives after restore', async () => {
    const proxy = await startProxy();
    const old = await dial(proxy.port);
    await echoTime(old);

    proxy.blackhole();
    const late = await dial(proxy.port);
    const answers = [echoTime(old), echoTime(late)];
    const first = await Promise.race([...answers, Bun.sleep(300).then(() => 'silent')]);
    await proxy.restore();
    const times = await Promise.all(answers);

    expect(first).toBe('silent');
    expect(Math.min(...times)).toBeGreaterThan(295);
  });

  test('resets every new connection when told to drop them all, and none when told to drop none', async () => {
    const proxy = await startProxy();
    proxy.setDropConnections(1);
    const dropped = connect({ host: HOST, port: proxy.port });
    dropped.write('x');

    expect(await errorOf(dropped)).toBe('ECONNRESET');
    proxy.setDropConnections(0);
    await echoTime(await dial(proxy.port));
  });

  test('resets a connection at the age it was told, and lets those live that came after restore', async () => {
    const proxy = await startProxy();
    proxy.setLifetime(200);
    const began = performance.now();
    const short = await dial(proxy.port);

    expect(await errorOf(short)).toBe('ECONNRESET');
    expect(performance.now() - began).toBeGreaterThan(190);
    await proxy.restore();
    const long = await dial(proxy.port);
    await Bun.sleep(300);
    await echoTime(long);
  });

  test('resets its client when there is no target', async () => {
    const free = await startProxy();
    await free.stop();
    const proxy = await startChaosProxy({
      listen: { hostname: HOST, port: 0 },
      target: { hostname: HOST, port: free.port },
    });
    stops.push(proxy.stop);

    expect(await errorOf(connect({ host: HOST, port: proxy.port }))).toMatch(/ECONNRESET|closed/);
  });
});

describe('the UDP chaos proxy', () => {
  test('carries datagrams both ways, loses about the share that it was told, and all of them in a black hole', async () => {
    const echo = createSocket('udp4');
    echo.on('message', (bytes, sender) => echo.send(bytes, sender.port, sender.address));
    echo.bind(0, HOST);
    await once(echo, 'listening');
    const target = { hostname: HOST, port: echo.address().port };
    const proxy = await startUdpChaosProxy({ listen: { hostname: HOST, port: 0 }, target, seed: 7 });
    const client = createSocket('udp4');
    let heard = 0;
    client.on('message', () => void heard++);
    stops.push(
      () => echo.close(),
      proxy.stop,
      () => client.close(),
    );
    const burst = async (count: number) => {
      heard = 0;
      const { lost } = proxy.stats();
      const settled = () => heard + proxy.stats().lost - lost;
      for (let sent = 0; sent < count; sent++) {
        client.send('x', proxy.port, HOST);
        // No more under way than the buffers of sockets hold.
        while (settled() < sent - 20) await Bun.sleep(1);
      }
      while (settled() < count) await Bun.sleep(1);
      return heard;
    };

    const whole = await burst(100);
    proxy.setLoss(0.3);
    const lossy = await burst(400);
    proxy.blackhole();
    const none = await burst(50);
    proxy.restore();
    const healed = await burst(100);

    expect(whole).toBe(100);
    // Both ways at 0.3 leave 0.49 of 400.
    expect(lossy).toBeGreaterThan(150);
    expect(lossy).toBeLessThan(245);
    expect(none).toBe(0);
    expect(healed).toBe(100);
    expect(proxy.stats().lost).toBeGreaterThan(200);
  });
});
