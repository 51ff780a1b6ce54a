import type { AuditEntry, Denial } from '../../../platform/bus/audit-port.ts';
import { whoOf } from './to-row.ts';

/** Counts refusals: the first of an identity, an address and a minute is told at once, the rest when the minute is over. */
export interface Denials {
  /** The row to write now; undefined for a repeat. */
  note(denial: Denial, nowMs: number): AuditEntry | undefined;
  /** The counted repeats of minutes that have ended, or of all. */
  take(nowMs: number | 'all'): AuditEntry[];
}

type Counted = { readonly denial: Denial; readonly minute: number; repeats: number };

const MINUTE_MS = 60_000;
/** Whoever changes address with each attempt fills neither memory nor disk: beyond these, one row counts the rest. */
const MOST_IDENTITIES = 1_000;
const ELSEWHERE = 'elsewhere';

/** Nothing is counted yet. */
export function createDenials(): Denials {
  const counted = new Map<string, Counted>();
  return {
    note: (denial, nowMs) => {
      const minute = Math.floor(nowMs / MINUTE_MS);
      const own = keyOf(denial, minute);
      const isCrowded = counted.size >= MOST_IDENTITIES && !counted.has(own);
      const key = isCrowded ? `${ELSEWHERE} ${minute}` : own;
      const known = counted.get(key);
      if (known) {
        known.repeats++;
        return undefined;
      }
      const first = isCrowded ? anybody(denial) : denial;
      counted.set(key, { denial: first, minute, repeats: 0 });
      return first;
    },
    take: (now) => {
      const ended = [...counted].filter(([, { minute }]) => now === 'all' || (minute + 1) * MINUTE_MS <= now);
      for (const [key] of ended) counted.delete(key);
      return ended
        .filter(([, { repeats }]) => repeats > 0)
        .map(([, { denial, repeats }]) => ({ ...denial, count: repeats }));
    },
  };
}

function keyOf({ by, address, action }: Denial, minute: number): string {
  const who = whoOf(by);
  return JSON.stringify([who.kind, who.id ?? who.name, address, action, minute]);
}

function anybody(denial: Denial): Denial {
  const by = { kind: 'anonymous', id: null, name: 'many', via: null } as const;
  return { ...denial, by, orgId: null, address: 'many', target: { kind: 'endpoint', id: null, name: null } };
}
