import type { LiveMessage } from '@muster/contracts';
import type { Socket } from '../../../platform/http/index.ts';
import { foldMessages, keyOf } from '../domain/fold-message.ts';

/** Above this many bytes on their way, a client is slow and gets the newest of everything later. */
const CONGESTED_BYTES = 256 * 1024;
/** Different messages that may wait for a slow client; beyond, the oldest kind is given up. */
const MOST_WAITING = 500;

/** What one client is sent. Never queues more than one message of a kind. */
export interface Outlet {
  send(message: LiveMessage): void;
  /** The socket has room again. */
  drained(): void;
  /** Forgets what waits for a watch that has ended. */
  forget(watch: string): void;
}

export function createOutlet(socket: Socket): Outlet {
  const waiting = new Map<string, LiveMessage>();

  const isCongested = () => socket.bufferedAmount() > CONGESTED_BYTES;
  const keep = (message: LiveMessage) => {
    const key = keyOf(message) ?? message.type;
    const older = waiting.get(key);
    waiting.set(key, older ? foldMessages(older, message) : message);
    if (waiting.size <= MOST_WAITING) return;
    const [oldest] = waiting.keys();
    if (oldest !== undefined) waiting.delete(oldest);
  };
  return {
    send: (message) => {
      if (waiting.size > 0 || isCongested()) keep(message);
      else if (socket.send(JSON.stringify(message)) === 0) keep(message);
    },
    drained: () => {
      for (const [key, message] of waiting) {
        if (isCongested()) return;
        waiting.delete(key);
        socket.send(JSON.stringify(message));
      }
    },
    forget: (watch) => {
      for (const [key, message] of waiting)
        if ('watch' in message && message.watch === watch) waiting.delete(key);
    },
  };
}
