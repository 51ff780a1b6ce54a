import { beforeEach, expect, test } from 'bun:test';
import fc from 'fast-check';
import { FakeClock } from '../testing/fake-clock.ts';
import { type Draft, decode, encode } from '../wire/codec.ts';
import { AgentFrame, type Rejected, ServerFrame } from '../wire/messages.gen.ts';
import { BACKOFF_BASE_MS, BACKOFF_CAP_MS, backoffMs } from './backoff.ts';
import { Connection } from './connection.ts';
import type { Socket, SocketListener } from './socket.ts';

/** The far end of a cable: what was dialled and sent, and a way to answer. */
class Cable implements Socket {
  readonly sent: AgentFrame[] = [];
  readonly isCongested = false;
  pings = 0;
  isOver = false;
  constructor(
    readonly gateway: string,
    readonly listener: SocketListener,
  ) {}
  send(bytes: Uint8Array): void {
    this.sent.push(decode(AgentFrame, bytes));
  }
  ping(): void {
    this.pings += 1;
  }
  end(): void {
    this.isOver = true;
  }
  answer(frame: Draft<ServerFrame>): void {
    this.listener.heard();
    this.listener.frame(encode(ServerFrame, frame));
  }
}

let clock: FakeClock;
let cables: Cable[];
let lost: number;
let rejections: Rejected[];
let connection: Connection;
let gateways: string[];

beforeEach(() => {
  clock = new FakeClock();
  cables = [];
  lost = 0;
  rejections = [];
  gateways = ['one:1', 'two:2'];
  connection = new Connection(
    {
      clock,
      random: () => 0.5,
      log: { say: () => {}, warn: () => {} },
      dial: (gateway, listener) => {
        const cable = new Cable(gateway, listener);
        cables.push(cable);
        return cable;
      },
      installationId: 'here',
      gateways: () => gateways,
      hello: () => ({ deviceId: 'd' }),
      signHello: async () => new Uint8Array([1]),
    },
    {
      serverTime: () => {},
      ready: () => {},
      frame: () => {},
      lost: () => {
        lost += 1;
      },
      rejected: (rejected) => rejections.push(rejected),
    },
  );
});

const last = () => cables.at(-1) as Cable;
async function welcome(): Promise<void> {
  last().listener.opened();
  last().answer({
    challenge: { nonce: new Uint8Array(32), installationId: 'here', protocol: 1, oldestProtocol: 1 },
  });
  await Bun.sleep(0);
  last().answer({ welcome: { serverTimeMs: 5 } });
}

test('HB-1: told that the machine woke up, a socket that died meanwhile is noticed at once, and one that lives is kept', async () => {
  connection.start();
  await welcome();
  const before = last().pings;
  connection.hurry();
  last().listener.heard();
  clock.pass(10_000);
  const kept = cables.length;

  connection.hurry();
  connection.hurry();
  clock.pass(10_000);

  expect(cables[0]?.pings).toBe(before + 2);
  expect(kept).toBe(1);
  expect(lost).toBe(1);
});

test('HB-1: the challenge is answered with a signed hello, and only a welcome makes the connection ready', async () => {
  connection.start();
  const before = connection.send({ goodbye: { reason: 'stop' } });
  await welcome();

  expect(before).toBe(false);
  expect(last().sent[0]?.hello?.signature).toEqual(new Uint8Array([1]));
  expect(connection.isReady).toBe(true);
  expect(connection.send({ goodbye: { reason: 'stop' } })).toBe(true);
});

test('HB-1: a server that falls silent is noticed within 30 seconds, one that answers pings is kept for days', async () => {
  connection.start();
  await welcome();
  for (let answered = 0; answered < 20_000; answered++) {
    clock.pass(5_000);
    last().listener.heard();
  }
  const kept = connection.isReady;
  const silentFrom = clock.monotonicMs();
  while (connection.isReady) clock.pass(100);

  expect(kept).toBe(true);
  expect(clock.monotonicMs() - silentFrom).toBeLessThanOrEqual(30_000);
  expect(last().isOver).toBe(true);
});

test('gateways are tried in turn, each attempt after a longer, jittered wait, and one timer is all it takes', () => {
  connection.start();
  const waits: number[] = [];
  for (let attempt = 0; attempt < 8; attempt++) {
    last().listener.lost('refused');
    const from = clock.monotonicMs();
    const dialled = cables.length;
    while (cables.length === dialled) clock.pass(100);
    waits.push(clock.monotonicMs() - from);
    expect(clock.timers).toBe(1);
  }

  expect(cables.slice(0, 4).map((cable) => cable.gateway)).toEqual(['one:1', 'two:2', 'one:1', 'two:2']);
  expect(waits).toEqual([2_500, 5_000, 10_000, 20_000, 30_000, 30_000, 30_000, 30_000]);
});

test('EN-2: a server of another installation, though its certificate passed, gets no hello', async () => {
  connection.start();
  last().listener.opened();
  last().answer({ challenge: { nonce: new Uint8Array(32), installationId: 'elsewhere', oldestProtocol: 1 } });
  await Bun.sleep(0);

  expect(last().sent).toEqual([]);
  expect(lost).toBe(1);
  expect(connection.state).toBe('waiting');
});

test('a rejection is obeyed: no attempt by itself after a final one, the stated wait after another', async () => {
  connection.start();
  last().listener.opened();
  last().answer({ rejected: { code: 'busy', message: 'later', retryAfterMs: 40_000 } });
  clock.pass(49_900);
  const early = cables.length;
  clock.pass(200);
  last().answer({ rejected: { code: 'revoked', message: 'no', retryAfterMs: 0 } });
  clock.pass(86_400_000);

  expect(early).toBe(1);
  expect(cables.length).toBe(2);
  expect(connection.state).toBe('refused');
  expect(rejections.map((rejected) => rejected.code)).toEqual(['busy', 'revoked']);
});

test('what an earlier socket still says changes nothing', async () => {
  connection.start();
  const first = last();
  first.listener.lost('reset');
  clock.pass(10_000);
  await welcome();
  first.listener.lost('again');
  first.listener.frame(new Uint8Array([0xff]));

  expect(connection.isReady).toBe(true);
  expect(lost).toBe(1);
});

test('a server that never welcomes is given up after 20 seconds', () => {
  connection.start();
  last().listener.opened();
  clock.pass(20_000);

  expect(connection.state).toBe('waiting');
});

test('the wait before an attempt lies anywhere in a window that grows from five seconds to a minute', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 1_000_000 }),
      fc.double({ min: 0, max: 0.999_999, noNaN: true }),
      (attempt, random) => {
        const wait = backoffMs(attempt, () => random);
        const window = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** Math.min(attempt, 30));

        expect(wait).toBe(Math.round(random * window));
      },
    ),
  );
});
