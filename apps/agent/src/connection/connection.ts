import { PROTOCOL } from '@muster/contracts/wire';
import type { Clock } from '../clock.ts';
import type { Log } from '../log/log.ts';
import { type Draft, decode, encode } from '../wire/codec.ts';
import {
  AgentFrame,
  type Challenge,
  HelloBody,
  type Rejected,
  ServerFrame,
  type Welcome,
} from '../wire/messages.gen.ts';
import { backoffMs } from './backoff.ts';
import type { Dial, Socket } from './socket.ts';
import type { ConnectionEvent, ConnectionState } from './states.ts';

/** A connection that is not welcome by then is given up. */
const WELCOME_WITHIN_MS = 20_000;
/** After a ping something must be heard by then: with a ping each 15 s a dead server is noticed within 25 s. */
const PONG_WITHIN_MS = 10_000;
/** A connection that held this long was a good one: the next loss starts the backoff anew. */
const HELD_MS = 60_000;
const DEFAULT_PING_INTERVAL_MS = 15_000;

export type ConnectionDeps = {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly dial: Dial;
  readonly installationId: string;
  /** "host:port", tried in turn. */
  readonly gateways: () => readonly string[];
  readonly hello: () => Draft<HelloBody>;
  readonly signHello: (nonce: Uint8Array, body: Uint8Array) => Promise<Uint8Array<ArrayBuffer>>;
};

/** What the connection tells the agent; calls come one at a time. */
export type ConnectionListener = {
  serverTime(ms: number): void;
  ready(welcome: Welcome): void;
  frame(frame: ServerFrame): void;
  /** The socket is gone, or an attempt failed. */
  lost(): void;
  /** The server wants no more of this identity; `retryAfterMs` 0 means that no attempt follows. */
  rejected(rejected: Rejected): void;
};

/**
 * The one socket to the server (HB-1). Everything that happens is an event; `#apply` is the only place that changes the
 * state, and leaves it alone where an event says nothing new. Events of an earlier socket carry its number and are
 * dropped.
 */
export class Connection {
  readonly #deps: ConnectionDeps;
  readonly #listener: ConnectionListener;
  #state: ConnectionState = { is: 'ended' };
  #attempt = 0;
  #dials = 0;
  #pingIntervalMs = DEFAULT_PING_INTERVAL_MS;
  #cancelTimer: () => void = () => {};
  #socket: Socket | undefined;

  constructor(deps: ConnectionDeps, listener: ConnectionListener) {
    this.#deps = deps;
    this.#listener = listener;
  }

  get isReady(): boolean {
    return this.#state.is === 'ready';
  }

  get state(): ConnectionState['is'] {
    return this.#state.is;
  }

  start(): void {
    this.#apply({ is: 'wanted' });
  }

  /** Dials now if it waits, and pings now if it is ready: the machine woke up, another key is to be tried. */
  hurry(): void {
    const state = this.#state;
    if (state.is === 'waiting' || state.is === 'refused') this.#apply({ is: 'wanted' });
    else if (state.is === 'ready' && state.pingedAtMs === undefined) this.#apply({ is: 'timer' });
  }

  /** Sends a frame if the socket is ready and, for what `mayBeLost`, not congested. False when it was not sent. */
  send(frame: Draft<AgentFrame>, mayBeLost = false): boolean {
    if (this.#state.is !== 'ready' || !this.#socket) return false;
    if (mayBeLost && this.#socket.isCongested) return false;
    this.#socket.send(encode(AgentFrame, frame));
    return true;
  }

  setPingInterval(ms: number): void {
    this.#pingIntervalMs = ms;
  }

  /** Ends the socket; nothing follows until `start`. */
  end(): void {
    this.#apply({ is: 'ended' });
  }

  #apply(event: ConnectionEvent) {
    if ('dial' in event && event.dial !== this.#dials) return;
    switch (event.is) {
      case 'wanted':
        return this.#dial();
      case 'opened':
        return this.#become({ is: 'proving' });
      case 'heard':
        return this.#heard();
      case 'received':
        return this.#receive(event.bytes);
      case 'signed':
        this.#socket?.send(event.frame);
        return;
      case 'lost':
        return this.#lost(event.why);
      case 'timer':
        return this.#timer();
      case 'ended':
        this.#drop();
        return this.#become({ is: 'ended' });
    }
  }

  #become(state: ConnectionState): void {
    this.#state = state;
  }

  #arm(delayMs: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#deps.clock.after(delayMs, () => this.#apply({ is: 'timer' }));
  }

  #drop(): void {
    this.#cancelTimer();
    this.#dials += 1;
    this.#socket?.end();
    this.#socket = undefined;
  }

  #dial() {
    this.#drop();
    const dial = this.#dials;
    const gateways = this.#deps.gateways();
    const gateway = gateways[this.#attempt % Math.max(1, gateways.length)];
    this.#become({ is: 'dialling' });
    this.#arm(WELCOME_WITHIN_MS);
    if (gateway === undefined) return this.#lost('no gateway is known');
    try {
      this.#socket = this.#deps.dial(gateway, {
        opened: () => this.#apply({ is: 'opened', dial }),
        heard: () => this.#apply({ is: 'heard', dial }),
        frame: (bytes) => this.#apply({ is: 'received', dial, bytes }),
        lost: (why) => this.#apply({ is: 'lost', dial, why: `${gateway}: ${why}` }),
      });
    } catch (error) {
      this.#lost(`${gateway}: ${(error as Error).message}`);
    }
  }

  #heard(): void {
    if (this.#state.is !== 'ready') return;
    this.#state.heardAtMs = this.#deps.clock.monotonicMs();
  }

  #timer() {
    const state = this.#state;
    if (state.is === 'waiting') return this.#dial();
    if (state.is === 'dialling' || state.is === 'proving') return this.#lost('no welcome in time');
    if (state.is !== 'ready') return;
    if (state.pingedAtMs === undefined) {
      state.pingedAtMs = this.#deps.clock.monotonicMs();
      this.#socket?.ping();
      return this.#arm(PONG_WITHIN_MS);
    }
    if (state.heardAtMs < state.pingedAtMs) return this.#lost('the server does not answer any more');
    state.pingedAtMs = undefined;
    this.#arm(Math.max(1_000, this.#pingIntervalMs - PONG_WITHIN_MS));
  }

  #receive(bytes: Uint8Array) {
    const unknown: number[] = [];
    let frame: ServerFrame;
    try {
      frame = decode(ServerFrame, bytes, unknown);
    } catch {
      return this.#lost('the server sent a frame that is none');
    }
    for (const field of unknown) this.#socket?.send(encode(AgentFrame, { unknown: { field } }));
    if (frame.rejected) return this.#rejected(frame.rejected);
    if (this.#state.is === 'ready') return this.#listener.frame(frame);
    if (frame.challenge) return this.#prove(frame.challenge);
    if (frame.welcome) this.#welcome(frame.welcome);
  }

  #prove(challenge: Challenge) {
    const { installationId, hello, signHello, log } = this.#deps;
    if (challenge.installationId !== installationId) {
      return this.#lost(`this is another installation (${challenge.installationId})`);
    }
    if (challenge.oldestProtocol > PROTOCOL) {
      return this.#lost('the server does not serve agents as old as this one any more: update it');
    }
    this.#listener.serverTime(challenge.serverTimeMs);
    const dial = this.#dials;
    const body = encode(HelloBody, hello());
    signHello(challenge.nonce, body)
      .then((signature) => {
        this.#apply({ is: 'signed', dial, frame: encode(AgentFrame, { hello: { body, signature } }) });
      })
      .catch((error: unknown) => log.warn(`the challenge could not be signed: ${String(error)}`));
  }

  #welcome(welcome: Welcome): void {
    const now = this.#deps.clock.monotonicMs();
    this.#become({ is: 'ready', sinceMs: now, heardAtMs: now, pingedAtMs: undefined });
    this.#deps.log.say('connected');
    this.#arm(this.#pingIntervalMs);
    this.#listener.serverTime(welcome.serverTimeMs);
    this.#listener.ready(welcome);
  }

  #rejected(rejected: Rejected): void {
    this.#deps.log.warn(`the server refuses this device (${rejected.code}): ${rejected.message}`);
    this.#drop();
    if (rejected.retryAfterMs === 0) this.#become({ is: 'refused' });
    else this.#wait(rejected.retryAfterMs * (1 + this.#deps.random() / 2));
    this.#listener.lost();
    this.#listener.rejected(rejected);
  }

  #lost(why: string): void {
    const state = this.#state;
    if (state.is === 'ended' || state.is === 'waiting' || state.is === 'refused') return;
    if (state.is === 'ready' && this.#deps.clock.monotonicMs() - state.sinceMs >= HELD_MS) this.#attempt = 0;
    // days without a server must not fill anybody's journal
    if (this.#attempt < 3 || this.#attempt % 60 === 0) this.#deps.log.warn(`not connected: ${why}`);
    this.#drop();
    this.#wait(backoffMs(this.#attempt, this.#deps.random));
    this.#attempt += 1;
    this.#listener.lost();
  }

  #wait(delayMs: number): void {
    this.#become({ is: 'waiting' });
    this.#arm(delayMs);
  }
}
