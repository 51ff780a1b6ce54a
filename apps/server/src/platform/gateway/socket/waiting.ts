import type { Clock } from '../../clock/index.ts';
import { end } from './connections.ts';
import { rejection } from './rejections.ts';
import type { AgentSocket } from './session.ts';

/** How long a socket may take to say hello. */
const HELLO_WITHIN_MS = 15_000;
const SWEEP_EVERY_MS = 2_000;

/** Sockets that have not said a word yet. One timer for all of them, and it looks only at those that are late. */
export interface Waiting {
  add(socket: AgentSocket): void;
  delete(socket: AgentSocket): void;
  stop(): void;
}

/** See `Waiting`. Sockets are kept in the order in which they opened. */
export function createWaiting(clock: Clock): Waiting {
  const sockets = new Set<AgentSocket>();
  let cancel: () => void = () => undefined;
  const sweep = () => {
    const late = clock.monotonic() - HELLO_WITHIN_MS;
    for (const socket of sockets) {
      if (socket.data.openedAtMs > late) break;
      sockets.delete(socket);
      end(socket, rejection('busy', 'No hello came in time.', 5_000), 'network');
    }
    cancel = clock.after(SWEEP_EVERY_MS, sweep);
  };
  cancel = clock.after(SWEEP_EVERY_MS, sweep);
  return {
    add: (socket) => void sockets.add(socket),
    delete: (socket) => void sockets.delete(socket),
    stop: () => cancel(),
  };
}
