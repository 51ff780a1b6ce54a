import { useSyncExternalStore } from 'react';
import { live } from '../live/live.ts';

const listeners = new Set<() => void>();
let second = Math.floor(live.serverNow() / 1000);
let timer: number | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= window.setInterval(() => {
    second = Math.floor(live.serverNow() / 1000);
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}

/** Server time in milliseconds, anew each second; one timer for all who ask. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => second) * 1000;
}
