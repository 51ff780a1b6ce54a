import { useSyncExternalStore } from 'react';
import { live } from '../live/live.ts';

const listeners = new Set<() => void>();
let second = secondNow();
let timer: number | undefined;

function secondNow(): number {
  return Math.floor(live.serverNow() / 1000);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    // While nobody asked the time stood still.
    second = secondNow();
    timer = window.setInterval(() => {
      second = secondNow();
      for (const each of listeners) each();
    }, 1000);
  }
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
