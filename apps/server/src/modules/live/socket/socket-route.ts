import { LIVE_PATH, LIVE_SUBPROTOCOL, LIVE_TICKET_PREFIX, MusterError } from '@muster/contracts';
import type { Person, RawRoute, SocketHandler } from '../../../platform/http/index.ts';
import type { Tickets } from './tickets.ts';

export type SocketRouteDeps = {
  readonly tickets: Tickets;
  /** The person as they are now; undefined when the session has ended since the ticket was issued. */
  readonly findCurrent: (person: Person) => Promise<Person | undefined>;
  readonly createHandler: (person: Person) => SocketHandler;
};

/** The upgrade: only for pages of this very origin (programs send none), and only with a ticket that is still good. */
export function createSocketRoute(deps: SocketRouteDeps): RawRoute {
  return {
    method: 'GET',
    path: LIVE_PATH,
    access: {
      open: 'public',
      reason:
        'The single-use ticket in the subprotocol says who asks, and each view is authorised by itself.',
    },
    handle: async (request, context) => {
      demandOrigin(request, context.host);
      const protocols = (request.headers.get('sec-websocket-protocol') ?? '')
        .split(',')
        .map((name) => name.trim());
      const ticket = protocols.find((name) => name.startsWith(LIVE_TICKET_PREFIX));
      const owner = ticket && deps.tickets.redeem(ticket.slice(LIVE_TICKET_PREFIX.length));
      const person = owner && (await deps.findCurrent(owner));
      if (!person || !protocols.includes(LIVE_SUBPROTOCOL)) {
        throw new MusterError(
          'unauthenticated',
          'The live socket needs a fresh ticket; get one at POST /api/v1/live/ticket.',
        );
      }
      return context.upgrade(deps.createHandler({ ...person, address: context.address }), {
        'sec-websocket-protocol': LIVE_SUBPROTOCOL,
      });
    },
  };
}

function demandOrigin(request: Request, host: string): void {
  const origin = request.headers.get('origin');
  if (origin === null || (URL.canParse(origin) && new URL(origin).host === host)) return;
  throw new MusterError('forbidden', 'This live socket was opened by another site and was refused.', {
    origin,
  });
}
