import type { LiveMessage } from '@muster/contracts';
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import { api } from '../api/client.ts';
import { LIVE_PATH, LIVE_SUBPROTOCOL, LIVE_TICKET_PREFIX } from '../api/contract.gen.ts';
import { LiveSocket, type LiveState, type LiveView } from './live-socket.ts';

/** The console's live socket. */
export const live = new LiveSocket({
  ticket: async () => (await api.system.liveTicket()).ticket,
  open: (ticket) => {
    const url = new URL(LIVE_PATH, window.location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    return new WebSocket(url, [LIVE_SUBPROTOCOL, LIVE_TICKET_PREFIX + ticket]);
  },
});

/** The state of the live socket. */
export function useLiveState(): LiveState {
  return useSyncExternalStore(live.subscribe, live.state);
}

/** Watches a view while the component is there; null watches nothing. Equal views are the same watch. */
export function useLiveView(view: LiveView | null, onMessage: (message: LiveMessage) => void): void {
  const tell = useEffectEvent(onMessage);
  const key = view === null ? '' : JSON.stringify(view);
  useEffect(() => {
    if (key === '') return;
    return live.watch(JSON.parse(key) as LiveView, (message) => tell(message));
  }, [key]);
}
