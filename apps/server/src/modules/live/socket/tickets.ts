import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Person } from '../../../platform/http/index.ts';

/** How long a ticket waits for its socket. */
export const TICKET_LIFETIME_MS = 30_000;
/** Oldest tickets fall out above this; nobody opens so many sockets in half a minute. */
const MOST_TICKETS = 10_000;

export type Ticket = { readonly ticket: string; readonly expiresAt: string };

/** Single-use passes from a signed-in request to the socket, where browsers can send no header of their own. */
export interface Tickets {
  issue(person: Person): Ticket;
  /** Whose ticket it is, once; undefined for an unknown, used or expired one. */
  redeem(ticket: string): Person | undefined;
}

/** Tickets live in this process, which is the one that the browser reaches next; only their hashes are kept. */
export function createTickets(clock: Pick<Clock, 'now' | 'monotonic'>): Tickets {
  const waiting = new Map<string, { person: Person; expiresMs: number }>();
  const forgetExpired = () => {
    for (const [hash, { expiresMs }] of waiting) {
      if (expiresMs > clock.monotonic() && waiting.size <= MOST_TICKETS) return;
      waiting.delete(hash);
    }
  };
  return {
    issue: (person) => {
      const ticket = randomBytes(32).toString('base64url');
      waiting.set(hashOf(ticket), { person, expiresMs: clock.monotonic() + TICKET_LIFETIME_MS });
      forgetExpired();
      return { ticket, expiresAt: new Date(clock.now() + TICKET_LIFETIME_MS).toISOString() };
    },
    redeem: (ticket) => {
      const hash = hashOf(ticket);
      const found = waiting.get(hash);
      waiting.delete(hash);
      return found && found.expiresMs > clock.monotonic() ? found.person : undefined;
    },
  };
}

function hashOf(ticket: string): string {
  return createHash('sha256').update(ticket).digest('hex');
}
