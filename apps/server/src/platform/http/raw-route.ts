import type { Access } from '@muster/contracts';
import type { Person } from './request-context.ts';

/** One WebSocket on a console listener. */
export interface Socket {
  /** Bytes queued, 0 when dropped, -1 under backpressure (it will be sent). */
  send(message: string | Uint8Array): number;
  close(code?: number, reason?: string): void;
  /** Bytes that wait to leave. */
  bufferedAmount(): number;
}

/** What a raw route does with the socket that it upgraded to. */
export interface SocketHandler {
  open?(socket: Socket): void;
  message(socket: Socket, message: string | Uint8Array): void;
  /** There is room again after backpressure. */
  drain?(socket: Socket): void;
  close?(socket: Socket, code: number, reason: string): void;
}

/** What a raw route gets beside the request. */
export interface RawContext {
  /** Undefined only on public routes. */
  readonly actor: Person | undefined;
  readonly traceId: string;
  readonly address: string;
  readonly secure: boolean;
  /** Host and port that the client named, for answers that carry addresses. */
  readonly host: string;
  /** Values of the path's `:names`; what a trailing `*` matched is under `*`. */
  readonly params: Readonly<Record<string, string>>;
  /** Turns the request into a WebSocket; the result is what the route must return. */
  upgrade(handler: SocketHandler, headers?: Record<string, string>): Response | undefined;
}

/**
 * A route outside the contract: installers, Connect, the live socket. Default closed: one without `access` fails at
 * boot. Paths are exact, with `:name` for one segment and a trailing `/*` for the rest.
 */
export type RawRoute = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'ANY';
  readonly path: string;
  readonly access: Access;
  /** Default: the 1 MB of every other endpoint. */
  readonly maxBodyBytes?: number;
  handle(request: Request, context: RawContext): Response | undefined | Promise<Response | undefined>;
};
