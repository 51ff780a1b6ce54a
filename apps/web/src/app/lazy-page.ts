import { lazyRouteComponent } from '@tanstack/react-router';
import { useEffect } from 'react';

/** The code of a page did not come: the server is away, or a newer build has replaced the files of this one. */
class CodeMissing extends Error {
  constructor(cause: unknown) {
    super('The code of this page did not come.', { cause });
    this.name = 'CodeMissing';
  }
}

/** How browsers say that a part of the bundle could not be loaded, and the bundler of a style sheet. */
const SAID =
  /dynamically imported module|importing a module script failed|unable to preload css|error loading dynamically/i;

/** True for code that did not come, whether it was a page or a dialog of one. */
export function isCodeMissing(error: unknown): boolean {
  return error instanceof CodeMissing || (error instanceof Error && SAID.test(error.message));
}

/**
 * A page whose code is loaded when it is first opened. The router would reload the window by itself when that fails, which
 * leaves a person with the browser's own error page while the server is away.
 */
export function lazyPage<Module extends Record<string, unknown>, Name extends keyof Module & string>(
  load: () => Promise<Module>,
  name: Name,
) {
  return lazyRouteComponent<Module, Name>(
    () =>
      load().catch((cause: unknown) => {
        throw new CodeMissing(cause);
      }),
    name,
  );
}

/** How long a page may be busy before code is read nevertheless. */
const IDLE_WITHIN_MS = 5_000;

/** Reads code while nothing else is to do, for what must be there at once, or also when the server is not. */
export function useReadEarly(load: () => Promise<unknown>): void {
  useEffect(() => {
    const read = () => void load().catch(() => {});
    // Not every browser tells when it is idle.
    if (!('requestIdleCallback' in window)) {
      const timer = globalThis.setTimeout(read, IDLE_WITHIN_MS);
      return () => globalThis.clearTimeout(timer);
    }
    const waiting = window.requestIdleCallback(read, { timeout: IDLE_WITHIN_MS });
    return () => window.cancelIdleCallback(waiting);
  }, [load]);
}
