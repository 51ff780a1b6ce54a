import type { AuditEntry, AuditPort } from '../../platform/bus/audit-port.ts';
import { type Repeating, startRepeating } from '../../platform/bus/repeating.ts';
import type { Database } from '../../platform/db/index.ts';
import { createDenials } from './domain/denials.ts';

export type DenialWriterDeps = {
  readonly database: Database;
  readonly append: AuditPort['append'];
  readonly now: () => Date;
  readonly onError: (error: unknown, part: string) => void;
};

/** How often minutes are looked at whether they have ended. */
const LOOK_MS = 5_000;
/** Denials that wait for the database; more are told of as a fault. */
const MOST_PENDING = 10_000;

/** Writes refusals beside the requests that they refused: nobody waits for them, and none waits longer than a blink. */
export function createDenialWriter({ database, append, now, onError }: DenialWriterDeps) {
  const denials = createDenials();
  let pending: AuditEntry[] = [];
  let writer: Repeating | undefined;

  const write = async (ended: number | 'all') => {
    pending.push(...denials.take(ended));
    const entries = pending;
    if (entries.length === 0) return undefined;
    pending = [];
    try {
      await database.system('audit of denials', async (tx) => {
        for (const entry of entries) await append(tx, entry);
      });
    } catch (error) {
      pending = [...entries, ...pending].slice(0, MOST_PENDING);
      throw error;
    }
    return undefined;
  };
  return {
    denied: ((denial) => {
      const entry = denials.note(denial, now().getTime());
      if (!entry) return;
      pending.push(entry);
      writer ??= startRepeating({
        everyMs: LOOK_MS,
        gatherMs: 0,
        onError: (error) => onError(error, 'audit of denials'),
        work: () => write(now().getTime()),
      });
      writer.wake();
    }) satisfies AuditPort['denied'],
    stop: async () => {
      await writer?.stop();
      await write('all').catch((error: unknown) => onError(error, 'audit of denials'));
    },
  };
}
