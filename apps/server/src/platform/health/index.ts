/** What must work before the server counts as ready. */
export interface Health {
  /** Adds a check; it rejects, or resolves false, while its part is not ready. */
  register(part: string, check: () => Promise<unknown> | boolean): void;
  /** Runs all checks, each within a limit. */
  report(): Promise<HealthReport>;
}

export type HealthReport = {
  readonly ready: boolean;
  readonly parts: Readonly<Record<string, 'ready' | 'not ready'>>;
};

const CHECK_TIMEOUT_MS = 2_000;

/** Without any check nothing is ready: a server says so only when all of its parts do. */
export function createHealth(): Health {
  const checks = new Map<string, () => Promise<unknown> | boolean>();
  return {
    register: (part, check) => {
      checks.set(part, check);
    },
    report: async () => {
      const results = await Promise.all(
        [...checks].map(
          async ([part, check]) => [part, (await isReady(check)) ? 'ready' : 'not ready'] as const,
        ),
      );
      return {
        ready: results.length > 0 && results.every(([, state]) => state === 'ready'),
        parts: Object.fromEntries(results),
      };
    },
  };
}

async function isReady(check: () => Promise<unknown> | boolean): Promise<boolean> {
  let cancel: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<boolean>((resolve) => {
    cancel = setTimeout(() => resolve(false), CHECK_TIMEOUT_MS);
  });
  try {
    return (await Promise.race([Promise.resolve().then(check), limit])) !== false;
  } catch {
    return false;
  } finally {
    clearTimeout(cancel);
  }
}
