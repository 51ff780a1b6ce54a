import { toFailure } from '../api/problem.ts';
import type { Said } from './said.ts';

const listeners = new Set<() => void>();
let isNeeded = false;

/** Tells it wherever the person is by now. What draws it is loaded with the first that is told. */
export function notify(said: Said): void {
  isNeeded = true;
  for (const listener of listeners) listener();
  void import('./show-notice.tsx').then(({ showNotice }) => showNotice(said));
}

/** Whether anything was told yet; for useSyncExternalStore. */
export const noticesNeeded = {
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  now: (): boolean => isNeeded,
};

/** Tells that an action failed, with the server's own reason and code. */
export function notifyFailure(title: string, error: unknown): void {
  const { text, code } = toFailure(error);
  notify({ title, text: `${text} (${code})`, tone: 'bad' });
}
