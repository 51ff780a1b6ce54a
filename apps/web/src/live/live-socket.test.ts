import { afterEach, beforeEach, expect, test } from 'bun:test';
import { DeviceId, LIVE_SUBPROTOCOL, type LiveMessage, type LiveRequest } from '@muster/contracts';
import { LiveSocket } from './live-socket.ts';

/** A real server on loopback that greets, keeps what it is asked, and cuts when it is told to. */
function aServer() {
  const asked: LiveRequest[] = [];
  const sockets = new Set<Bun.ServerWebSocket<undefined>>();
  let greetings = 0;
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request, self) => (self.upgrade(request) ? undefined : new Response('', { status: 400 })),
    websocket: {
      open: (socket) => {
        sockets.add(socket);
        greetings++;
        say({ type: 'hello', serverTime: Date.now(), version: '0', position: String(greetings * 100) });
      },
      close: (socket) => void sockets.delete(socket),
      message: (_socket, text) => {
        const request = JSON.parse(String(text)) as LiveRequest;
        if (request.type !== 'ping') asked.push(request);
      },
    },
  });
  const say = (message: LiveMessage) => {
    for (const socket of sockets) socket.send(JSON.stringify(message));
  };
  return {
    ...{ asked, say, url: `ws://127.0.0.1:${server.port}` },
    greetings: () => greetings,
    cut: () => {
      for (const socket of sockets) socket.terminate();
    },
    stop: () => server.stop(true),
  };
}

const deviceId = DeviceId.parse(Bun.randomUUIDv7());
let server: ReturnType<typeof aServer>;
let live: LiveSocket;

beforeEach(() => {
  // The console's timers are the window's.
  Object.assign(globalThis, { window: globalThis });
  server = aServer();
  live = new LiveSocket({
    ticket: async () => 'ticket',
    open: () => new WebSocket(server.url, [LIVE_SUBPROTOCOL]),
  });
});
afterEach(() => {
  live.close();
  server.stop();
});

async function until(holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await Bun.sleep(10)) if (holds()) return;
  throw new Error('it did not come true within 60 s');
}

test('UI-10: after a cut each view goes on from the last message that it heard', async () => {
  const heard: LiveMessage[] = [];
  live.watch({ view: 'devices', ids: [deviceId] }, (message) => heard.push(message));
  live.watch({ view: 'device', deviceId, live: true }, (message) => heard.push(message));
  live.watch({ view: 'arrivals' }, (message) => heard.push(message));
  await until(() => server.asked.length === 3);
  server.say({ type: 'devices', watch: 'w1', position: 'here-7', snapshot: true, rows: [] });
  server.say({ type: 'devices', watch: 'w1', position: 'here-9', snapshot: false, rows: [] });
  const samples = [{ at: 1_000, values: {}, instances: {} }];
  server.say({ type: 'samples', watch: 'w2', deviceId, samples });
  await until(() => heard.length === 3);
  const first = server.asked.splice(0);

  server.cut();
  await until(() => server.asked.length === 3);

  expect(first.filter((request) => 'after' in request || 'samplesAfter' in request)).toEqual([]);
  expect(server.greetings()).toBe(2);
  expect(server.asked).toMatchObject([
    { watch: 'w1', view: 'devices', after: 'here-9' },
    { watch: 'w2', view: 'device', samplesAfter: 1_000 },
    { watch: 'w3', view: 'arrivals', after: '100' },
  ]);
});
