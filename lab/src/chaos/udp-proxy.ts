import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { clear, createConditions, travelTime } from './conditions.ts';
import type { ChaosOptions } from './tcp-proxy.ts';

/** What went through a proxy since it was started. */
export interface UdpStats {
  readonly forwarded: number;
  readonly lost: number;
}

/** A line for datagrams that loses and delays them; delays differ, so they may also overtake each other. */
export interface UdpChaosProxy {
  readonly port: number;
  /** This share (0 to 1) of the datagrams is lost, each way. */
  setLoss(share: number): void;
  setDelay(delayMs: number, jitterMs?: number): void;
  /** Everything is lost. */
  blackhole(): void;
  restore(): void;
  stats(): UdpStats;
  stop(): Promise<void>;
}

/** Senders beyond this many are not served: a test that needs more has run away. */
const MOST_SENDERS = 1024;

async function bind(port: number, hostname: string): Promise<Socket> {
  const socket = createSocket(hostname.includes(':') ? 'udp6' : 'udp4');
  const listening = once(socket, 'listening');
  socket.bind(port, hostname);
  await listening;
  return socket;
}

/** Starts a proxy inside this process; each sender is seen by the target as a port of its own. */
export async function startUdpChaosProxy(options: ChaosOptions): Promise<UdpChaosProxy> {
  const { listen, target } = options;
  const conditions = createConditions(options.seed);
  const front = await bind(listen.port, listen.hostname);
  const backs = new Map<string, Promise<Socket>>();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const counts = { forwarded: 0, lost: 0 };
  let loss = 0;

  const carry = (deliver: () => void) => {
    if (conditions.blackhole || conditions.random() < loss) {
      counts.lost++;
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      counts.forwarded++;
      deliver();
    }, travelTime(conditions));
    timers.add(timer);
  };
  const openBack = async (sender: RemoteInfo) => {
    const back = await bind(0, listen.hostname);
    back.on('message', (bytes) => carry(() => front.send(bytes, sender.port, sender.address)));
    return back;
  };
  front.on('message', (bytes, sender) => {
    const key = `${sender.address} ${sender.port}`;
    if (!backs.has(key) && backs.size >= MOST_SENDERS) return;
    const back = backs.get(key) ?? openBack(sender);
    backs.set(key, back);
    void back.then((socket) => carry(() => socket.send(bytes, target.port, target.hostname)));
  });
  return {
    port: front.address().port,
    setLoss: (share) => {
      loss = share;
    },
    setDelay: (delayMs, jitterMs = 0) => void Object.assign(conditions, { delayMs, jitterMs }),
    blackhole: () => {
      conditions.blackhole = true;
    },
    restore: () => {
      clear(conditions);
      loss = 0;
    },
    stats: () => ({ ...counts }),
    stop: async () => {
      for (const timer of timers) clearTimeout(timer);
      for (const back of await Promise.all(backs.values())) back.close();
      front.close();
    },
  };
}
