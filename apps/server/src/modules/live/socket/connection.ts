import { LiveRequest, MusterError } from '@muster/contracts';
import type { Scope } from '../../../platform/actor.ts';
import type { Person, Socket, SocketHandler } from '../../../platform/http/index.ts';
import type { LiveDeps } from '../live-deps.ts';
import { type LiveSources, type OpenView, openView } from '../open-view.ts';
import { createOutlet, type Outlet } from './outlet.ts';

const MOST_WATCHES = 32;
/** Requests that may wait while one is worked on; a client that sends more is broken or hostile. */
const MOST_REQUESTS = 64;
const CLOSE_POLICY = 1008;
/** The session behind the socket has ended. */
export const CLOSE_SESSION_ENDED = 4001;

/** One person's live socket. */
export interface Connection {
  readonly person: Person;
  /** The person as they are now: undefined ends the socket, other rights end its views. */
  recheck(now: Person | undefined): void;
  close(code: number, reason: string): void;
}

export type ConnectionDeps = {
  readonly deps: LiveDeps;
  readonly sources: LiveSources;
  readonly onOpen: (connection: Connection) => void;
  readonly onClose: (connection: Connection) => void;
};

/** The handler of one socket. Requests are worked on one after the other, so that a later watch replaces an earlier one. */
export function createSocketHandler(context: ConnectionDeps, person: Person): SocketHandler {
  let connection: LiveConnection | undefined;
  return {
    open: (socket) => {
      connection = new LiveConnection(context, person, socket);
      context.onOpen(connection);
    },
    message: (_socket, message) => connection?.receive(message),
    drain: () => connection?.drained(),
    close: () => {
      connection?.closed();
      if (connection) context.onClose(connection);
    },
  };
}

class LiveConnection implements Connection {
  person: Person;
  readonly #context: ConnectionDeps;
  readonly #socket: Socket;
  readonly #outlet: Outlet;
  readonly #views = new Map<string, OpenView>();
  #work: Promise<void> = Promise.resolve();
  #waiting = 0;
  #isClosed = false;

  constructor(context: ConnectionDeps, person: Person, socket: Socket) {
    this.#context = context;
    this.person = person;
    this.#socket = socket;
    this.#outlet = createOutlet(socket);
    const { clock, version, feed } = context.deps;
    const position = feed.position().toString();
    this.#outlet.send({ type: 'hello', serverTime: clock.now(), version, position });
  }

  receive(message: string | Uint8Array): void {
    const request = parseRequest(message);
    if (!request) {
      this.#refuse(null, new MusterError('invalid_input', 'This is no request of the live protocol.'));
      return;
    }
    if (request.type === 'ping') {
      this.#outlet.send({ type: 'pong', at: request.at, serverTime: this.#context.deps.clock.now() });
      return;
    }
    if (this.#waiting >= MOST_REQUESTS) {
      this.close(CLOSE_POLICY, 'too many requests');
      return;
    }
    this.#waiting++;
    this.#work = this.#work.then(() => this.#answer(request)).finally(() => this.#waiting--);
  }

  drained(): void {
    this.#outlet.drained();
  }

  recheck(now: Person | undefined): void {
    if (!now) this.close(CLOSE_SESSION_ENDED, 'session ended');
    if (!now) return;
    if (hasSameRights(this.person, now)) {
      if (isLimited(now)) this.#work = this.#work.then(() => this.#confirm());
      return;
    }
    this.person = { ...now, address: this.person.address };
    for (const watch of [...this.#views.keys()]) {
      this.#end(watch);
      this.#refuse(watch, new MusterError('forbidden', 'Your rights have changed; open the view again.'));
    }
  }

  close(code: number, reason: string): void {
    this.closed();
    this.#socket.close(code, reason);
  }

  closed(): void {
    this.#isClosed = true;
    for (const watch of [...this.#views.keys()]) this.#end(watch);
  }

  async #answer(request: Exclude<LiveRequest, { type: 'ping' }>): Promise<void> {
    const { watch } = request;
    this.#end(watch);
    if (request.type === 'unwatch' || this.#isClosed) return;
    try {
      if (this.#views.size >= MOST_WATCHES) {
        throw new MusterError('rate_limited', `One socket watches at most ${MOST_WATCHES} things.`);
      }
      const { deps, sources } = this.#context;
      const { person } = this;
      const view = await openView({ deps, sources, person, outlet: this.#outlet }, request);
      // Closed, or other rights, while the snapshot was read.
      if (this.#isClosed || person !== this.person) view.close();
      else this.#views.set(watch, view);
      if (person !== this.person) {
        this.#refuse(watch, new MusterError('forbidden', 'Your rights have changed; open the view again.'));
      }
    } catch (error) {
      if (!(error instanceof MusterError)) this.#context.deps.onError(error, 'live view');
      this.#refuse(watch, error);
    }
  }

  /** Ends the views of what has moved out of where the person may look. */
  async #confirm(): Promise<void> {
    for (const [watch, view] of [...this.#views]) {
      try {
        await view.confirm?.();
      } catch (error) {
        if (!(error instanceof MusterError)) this.#context.deps.onError(error, 'live view');
        if (this.#views.get(watch) !== view) continue;
        this.#end(watch);
        this.#refuse(watch, error);
      }
    }
  }

  #end(watch: string): void {
    this.#views.get(watch)?.close();
    this.#views.delete(watch);
    this.#outlet.forget(watch);
  }

  #refuse(watch: string | null, error: unknown): void {
    const { code, message } =
      error instanceof MusterError
        ? error
        : { code: 'internal', message: 'The server failed; the log of the server says why.' };
    this.#outlet.send({ type: 'error', watch, code, message });
  }
}

function parseRequest(message: string | Uint8Array): LiveRequest | undefined {
  if (typeof message !== 'string') return undefined;
  try {
    return LiveRequest.parse(JSON.parse(message));
  } catch {
    return undefined;
  }
}

/** Whether some right holds in a part of an organisation alone. */
function isLimited({ limits }: Person): boolean {
  return [...(limits?.values() ?? [])].some(({ only }) => only !== undefined);
}

function hasSameRights(a: Person, b: Person): boolean {
  return Bun.deepEquals(rightsKey(a), rightsKey(b));
}

/** Rights in an order of their own: grants come out of the database in any. */
function rightsKey({ permissions, scope, limits }: Person) {
  const sorted = ({ orgIds, only, ...rest }: Scope) => ({
    ...rest,
    orgIds: [...orgIds].sort(),
    only: only && [only.orgIds, only.siteIds, only.groupIds].map((ids) => [...ids].sort()),
  });
  const places = [...(limits ?? [])].map(([name, where]) => [name, sorted(where)] as const);
  return [[...permissions].sort(), sorted(scope), places.sort(([one], [other]) => (one < other ? -1 : 1))];
}
