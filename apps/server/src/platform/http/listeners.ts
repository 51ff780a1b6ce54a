import type { Server, ServerWebSocket, TLSOptions } from 'bun';
import { OperatorError } from '../process/operator-error.ts';
import type { ConsoleHandler } from './console-handler.ts';
import type { Socket, SocketHandler } from './raw-route.ts';

/** The addresses on which the console can be reached. */
export interface Listeners {
  /** Starts listening; the port may be 0. Throws ListenError with a sentence for people. */
  add(address: string, port: number, tls?: TLSOptions): { readonly port: number };
  /** Where it listens now, loopback first. */
  list(): readonly { readonly address: string; readonly port: number; readonly secure: boolean }[];
  /** Ends every connection and stops listening. */
  stop(): Promise<void>;
}

/** Why an address cannot be listened on. */
export class ListenError extends OperatorError {
  override readonly name = 'ListenError';
}

type SocketState = { readonly handler: SocketHandler; socket?: Socket };
type ConsoleServer = Server<SocketState>;

/** Longer than any answer here takes; a socket that says nothing for so long is gone. */
const IDLE_TIMEOUT_SECONDS = 60;
const MAX_SOCKET_MESSAGE_BYTES = 1_048_576;
const MAX_SOCKET_BACKLOG_BYTES = 16_777_216;
/** No route takes more than this; each route's own limit is checked by the handler. */
const MAX_REQUEST_BYTES = 268_435_456;

/** All listeners share one handler; which of them a request came by is part of what the handler gets. */
export function createListeners(handle: ConsoleHandler): Listeners {
  const servers: { server: ConsoleServer; address: string; secure: boolean }[] = [];
  return {
    add: (address, port, tls) => {
      const server = serve(handle, address, port, tls);
      servers.push({ server, address, secure: tls !== undefined });
      return { port: server.port ?? port };
    },
    list: () => servers.map(({ server, address, secure }) => ({ address, port: server.port ?? 0, secure })),
    stop: async () => {
      await Promise.all(servers.splice(0).map(({ server }) => server.stop(true)));
    },
  };
}

function serve(handle: ConsoleHandler, address: string, port: number, tls?: TLSOptions): ConsoleServer {
  try {
    return Bun.serve<SocketState>({
      hostname: address,
      port,
      ...(tls ? { tls } : {}),
      idleTimeout: IDLE_TIMEOUT_SECONDS,
      maxRequestBodySize: MAX_REQUEST_BYTES,
      development: false,
      // Without `development` the runtime would share the port with another server that does the same.
      reusePort: false,
      fetch: (request, server) =>
        handle(request, {
          address: server.requestIP(request)?.address.replace(/^::ffff:/, '') ?? 'unknown',
          secure: tls !== undefined,
          upgrade: (handler, headers) =>
            server.upgrade(request, { data: { handler }, ...(headers ? { headers } : {}) })
              ? undefined
              : new Response('This endpoint speaks WebSocket.\n', { status: 426 }),
        }),
      websocket: {
        maxPayloadLength: MAX_SOCKET_MESSAGE_BYTES,
        backpressureLimit: MAX_SOCKET_BACKLOG_BYTES,
        idleTimeout: IDLE_TIMEOUT_SECONDS,
        open: (socket) => socket.data.handler.open?.(wrap(socket)),
        message: (socket, message) => socket.data.handler.message(wrap(socket), message),
        drain: (socket) => socket.data.handler.drain?.(wrap(socket)),
        close: (socket, code, reason) => socket.data.handler.close?.(wrap(socket), code, reason),
      },
    });
  } catch (error) {
    throw explainListenError(error, { address, port, flag: '--port' });
  }
}

/** One face per socket, so that handlers can use it as a key. */
function wrap(socket: ServerWebSocket<SocketState>): Socket {
  socket.data.socket ??= {
    send: (message) => socket.send(message),
    close: (code, reason) => socket.close(code, reason),
    bufferedAmount: () => socket.getBufferedAmount(),
  };
  return socket.data.socket;
}

/** Which door could not be opened, and by which flag another can be chosen. */
export type FailedListen = { readonly address: string; readonly port: number; readonly flag: string };

/** Why listening failed, as a sentence for people. */
export function explainListenError(error: unknown, { address, port, flag }: FailedListen): ListenError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const where = `port ${port} on ${address}`;
  const sentences: Record<string, string> = {
    EADDRINUSE: `Another program already uses ${where}; end it, or choose another port with ${flag}.`,
    EACCES: `This user may not listen on ${where}; choose a port above 1023 with ${flag}.`,
    EADDRNOTAVAIL: `${address} is no address of this machine.`,
  };
  const reason = error instanceof Error ? error.message : String(error);
  return new ListenError(sentences[code] ?? `Cannot listen on ${where}: ${reason}`, { cause: error });
}
