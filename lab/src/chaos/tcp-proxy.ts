import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { type Conditions, clear, createConditions } from './conditions.ts';
import { createLane, type LineClock } from './lane.ts';

/** A place to listen or to connect to; port 0 takes a free one. */
export interface Endpoint {
  readonly hostname: string;
  readonly port: number;
}

/** Where the proxy listens, where it forwards to, and the seed of its randomness. */
export interface ChaosOptions {
  readonly listen: Endpoint;
  readonly target: Endpoint;
  readonly seed?: number;
}

/** What went through a proxy since it was started. */
export interface ChaosStats {
  readonly open: number;
  readonly accepted: number;
  /** Connections that the proxy itself reset. */
  readonly reset: number;
  readonly bytesToTarget: number;
  readonly bytesToClient: number;
}

/** A TCP line whose quality a test changes while it is in use. */
export interface ChaosProxy {
  readonly port: number;
  /** Every piece arrives this much later, each way; order is kept. */
  setDelay(delayMs: number, jitterMs?: number): void;
  /** This share (0 to 1) of new connections is reset as soon as it is accepted. */
  setDropConnections(share: number): void;
  /** New connections are reset at this age, as by a box on the way that lets none live long; undefined lets them live. */
  setLifetime(lifetimeMs: number | undefined): void;
  /** Bytes per second for each direction, over all connections; undefined is unlimited. */
  limitRate(bytesPerSecond: number | undefined): void;
  /** Resets every connection and refuses new ones. */
  cut(): Promise<void>;
  /** Connections are accepted and stay open, and nothing arrives. */
  blackhole(): void;
  /** Clear weather again: what a black hole held back arrives late. */
  restore(): Promise<void>;
  stats(): ChaosStats;
  stop(): Promise<void>;
}

interface Pair {
  readonly sockets: readonly [Socket, Socket];
  update(): void;
  close(): void;
}

type Counts = { -readonly [K in Exclude<keyof ChaosStats, 'open'>]: number };

interface Line {
  readonly conditions: Conditions;
  readonly clocks: readonly [LineClock, LineClock];
  readonly counts: Counts;
  readonly ended: () => void;
}

function createPair(sockets: readonly [Socket, Socket], line: Line): Pair {
  const [client, target] = sockets;
  const { conditions, counts } = line;
  const onward = (bytes: number) => {
    counts.bytesToTarget += bytes;
  };
  const back = (bytes: number) => {
    counts.bytesToClient += bytes;
  };
  const lanes = [
    createLane({ from: client, to: target, conditions, clock: line.clocks[0], passed: onward }),
    createLane({ from: target, to: client, conditions, clock: line.clocks[1], passed: back }),
  ];
  return {
    sockets,
    update: () => {
      for (const lane of lanes) lane.update();
    },
    close: () => {
      line.ended();
      for (const lane of lanes) lane.close();
    },
  };
}

function resetBoth(pair: Pair): void {
  pair.close();
  for (const socket of pair.sockets) socket.resetAndDestroy();
}

async function listenOn(server: Server, endpoint: Endpoint): Promise<number> {
  const listening = once(server, 'listening');
  server.listen(endpoint.port, endpoint.hostname);
  await listening;
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return address.port;
}

/** Starts a proxy inside this process; it ends with the process at the latest. */
export async function startChaosProxy(options: ChaosOptions): Promise<ChaosProxy> {
  const conditions = createConditions(options.seed);
  const pairs = new Set<Pair>();
  const clocks: readonly [LineClock, LineClock] = [{ freeAt: 0 }, { freeAt: 0 }];
  const counts: Counts = { accepted: 0, reset: 0, bytesToTarget: 0, bytesToClient: 0 };
  let dropShare = 0;
  let lifetimeMs: number | undefined;

  const join = (client: Socket) => {
    counts.accepted++;
    if (conditions.random() < dropShare) {
      counts.reset++;
      client.resetAndDestroy();
      return;
    }
    const target = connect({ host: options.target.hostname, port: options.target.port, allowHalfOpen: true });
    const pair = createPair([client, target], {
      conditions,
      clocks,
      counts,
      ended: () => pairs.delete(pair),
    });
    pairs.add(pair);
    watchEnds(pair);
    if (lifetimeMs === undefined) return;
    const end = setTimeout(() => {
      counts.reset++;
      resetBoth(pair);
    }, lifetimeMs);
    client.on('close', () => clearTimeout(end));
  };
  const server = createServer({ allowHalfOpen: true }, join);
  const port = await listenOn(server, options.listen);
  const update = () => {
    for (const pair of pairs) pair.update();
  };
  const cut = async () => {
    // Closing calls back only when every connection is gone, so they are reset in between.
    const closed = server.listening ? once(server, 'close') : undefined;
    if (server.listening) server.close();
    counts.reset += pairs.size;
    for (const pair of [...pairs]) resetBoth(pair);
    await closed;
  };
  return {
    port,
    setDelay: (delayMs, jitterMs = 0) => void Object.assign(conditions, { delayMs, jitterMs }),
    setDropConnections: (share) => {
      dropShare = share;
    },
    setLifetime: (ms) => {
      lifetimeMs = ms;
    },
    limitRate: (bytesPerSecond) => {
      conditions.bytesPerSecond = bytesPerSecond;
    },
    cut,
    blackhole: () => {
      conditions.blackhole = true;
      update();
    },
    restore: async () => {
      clear(conditions);
      dropShare = 0;
      lifetimeMs = undefined;
      if (!server.listening) await listenOn(server, { ...options.listen, port });
      update();
    },
    stats: () => ({ open: pairs.size, ...counts }),
    stop: cut,
  };
}

/** A side that fails takes the other one with it; a pair whose both sides have ended is forgotten. */
function watchEnds(pair: Pair): void {
  let ended = 0;
  for (const socket of pair.sockets) {
    socket.on('error', () => resetBoth(pair));
    socket.on('close', () => {
      ended++;
      if (ended === pair.sockets.length) pair.close();
    });
  }
}
