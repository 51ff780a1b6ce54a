import type { LiveMessage, LiveRequest } from '@muster/contracts';
import { nextDelayMs } from './backoff.ts';
import { type Resume, resumeAfter, resumeFrom } from './resume.ts';

/*
 * One live socket for the whole console. States:
 *
 *   connecting    Never connected yet, or nobody watches anything.
 *   connected     The server spoke within the last SILENT_AFTER_MS.
 *   reconnecting  The socket is gone; `since` says from when on what is shown is old.
 *
 * Watches outlive sockets: each new socket opens them all again from what was heard last, and the server answers with
 * what changed since, or with a snapshot where it cannot tell.
 */

/** What the live indicator shows. `since` is when the last word came, in milliseconds of this browser's clock. */
export type LiveState =
  | { readonly name: 'connecting' }
  | { readonly name: 'connected' }
  | { readonly name: 'reconnecting'; readonly since: number };

type WatchRequest = Extract<LiveRequest, { type: 'watch' }>;
/** A view without the id of its watch, which the socket gives. */
export type LiveView = WatchRequest extends infer Each
  ? Each extends WatchRequest
    ? Omit<Each, 'type' | 'watch'>
    : never
  : never;

type Watch = {
  readonly view: LiveView;
  readonly onMessage: (message: LiveMessage) => void;
  /** Where the view goes on after a cut. */
  resume: Resume;
};

const PING_EVERY_MS = 5_000;
const SILENT_AFTER_MS = 12_000;

export type LiveSocketDeps = {
  readonly ticket: () => Promise<string>;
  readonly open: (ticket: string) => WebSocket;
};

/** Holds the socket open while anybody watches. */
export class LiveSocket {
  readonly #deps: LiveSocketDeps;
  readonly #watches = new Map<string, Watch>();
  readonly #listeners = new Set<() => void>();
  #socket: WebSocket | undefined;
  #state: LiveState = { name: 'connecting' };
  #attempt = 0;
  #lastWordAt = Date.now();
  #number = 0;
  #isOpening = false;
  #offsetMs = 0;
  #position: string | undefined;
  #pulse: number | undefined;
  #retry: number | undefined;

  constructor(deps: LiveSocketDeps) {
    this.#deps = deps;
  }

  /** Opens a view; the returned function closes it. */
  watch(view: LiveView, onMessage: (message: LiveMessage) => void): () => void {
    this.#number += 1;
    const id = `w${this.#number}`;
    this.#watches.set(id, {
      view,
      onMessage,
      resume: this.#isOpen() ? resumeFrom(view, this.#position) : {},
    });
    this.#send({ type: 'watch', watch: id, ...view } as LiveRequest);
    void this.#connect();
    return () => {
      this.#watches.delete(id);
      this.#send({ type: 'unwatch', watch: id });
    };
  }

  /** For useSyncExternalStore. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The present state; the same object until it changes. */
  state = (): LiveState => this.#state;

  /** The server's time now, in milliseconds: this browser's clock may be wrong. */
  serverNow = (): number => Date.now() + this.#offsetMs;

  /** Ends the socket, as after signing out. */
  close(): void {
    this.#watches.clear();
    window.clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#socket?.close(1000);
  }

  async #connect(): Promise<void> {
    if (this.#socket || this.#isOpening || this.#retry !== undefined) return;
    this.#isOpening = true;
    try {
      const socket = this.#deps.open(await this.#deps.ticket());
      this.#socket = socket;
      socket.onopen = () => this.#opened(socket);
      socket.onmessage = (event) => this.#heard(socket, String(event.data));
      socket.onclose = () => this.#lost(socket);
    } catch {
      this.#lost(undefined);
    } finally {
      this.#isOpening = false;
    }
  }

  #opened(socket: WebSocket): void {
    this.#lastWordAt = Date.now();
    for (const [watch, { view, resume }] of this.#watches)
      this.#send({ type: 'watch', watch, ...view, ...resume } as LiveRequest);
    window.clearInterval(this.#pulse);
    this.#pulse = window.setInterval(() => this.#beat(socket), PING_EVERY_MS);
  }

  #beat(socket: WebSocket): void {
    if (Date.now() - this.#lastWordAt > SILENT_AFTER_MS) {
      // A dead network never says so: closing would wait for an answer that does not come.
      socket.close();
      this.#lost(socket);
      return;
    }
    this.#send({ type: 'ping', at: Date.now() });
  }

  #heard(socket: WebSocket, text: string): void {
    if (socket !== this.#socket) return;
    this.#lastWordAt = Date.now();
    const message = JSON.parse(text) as LiveMessage;
    if (message.type === 'hello' || message.type === 'pong') {
      this.#offsetMs = message.serverTime - Date.now();
      this.#attempt = 0;
      if (message.type === 'hello') this.#greeted(message.position);
      this.#become({ name: 'connected' });
      return;
    }
    const watch = 'watch' in message && message.watch !== null ? this.#watches.get(message.watch) : undefined;
    if (!watch) return;
    watch.resume = { ...watch.resume, ...resumeAfter(message) };
    watch.onMessage(message);
  }

  /** A view that has heard nothing yet goes on from here. */
  #greeted(position: string | undefined): void {
    this.#position = position;
    for (const watch of this.#watches.values())
      watch.resume = { ...resumeFrom(watch.view, position), ...watch.resume };
  }

  #lost(socket: WebSocket | undefined): void {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    window.clearInterval(this.#pulse);
    if (this.#watches.size === 0) {
      this.#become({ name: 'connecting' });
      return;
    }
    if (this.#state.name !== 'reconnecting') this.#become({ name: 'reconnecting', since: this.#lastWordAt });
    this.#retry = window.setTimeout(
      () => {
        this.#retry = undefined;
        void this.#connect();
      },
      nextDelayMs(this.#attempt++, Math.random()),
    );
  }

  #isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  #send(request: LiveRequest): void {
    if (this.#isOpen()) this.#socket?.send(JSON.stringify(request));
  }

  #become(state: LiveState): void {
    if (state.name === this.#state.name) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
