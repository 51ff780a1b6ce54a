import {
  AGENT_SOCKET_PATH,
  AGENT_SUBPROTOCOL,
  BEACON_NONCE_PATH,
  BEACON_PATH,
  MAX_FRAME_BYTES,
} from '@muster/contracts/wire';
import type { Server, WebSocketHandler } from 'bun';
import { certificatePem } from '../crypto/index.ts';
import type { Nonces } from './beacon/nonces.ts';
import { beaconFailure, receiveBeacon } from './beacon/receive-beacon.ts';
import type { GatewayContext } from './context.ts';
import { receiveMessage } from './frames/receive-message.ts';
import { challenge } from './socket/handshake.ts';
import { type AgentSocket, Session } from './socket/session.ts';
import { nextStage } from './socket/stage.ts';
import type { Waiting } from './socket/waiting.ts';

/**
 * Seconds without a message after which a socket is dead. Bun counts in steps of four and closes up to one step early, so
 * 36 means after 32 at the soonest: presence has called the device unresponsive at 30 by then, exactly, and is not
 * hurried by this coarser clock. Bun pings 8 s before the end of a silence; agents ping by themselves every 15 s.
 */
export const DEAD_AFTER_S = 36;
/** A client that takes nothing while this much waits for it is cut. */
const BACKPRESSURE_BYTES = 2 * 1024 * 1024;

/** The parts of the gateway that its listeners share. */
export type ListenerParts = {
  readonly context: GatewayContext;
  readonly nonces: Nonces;
  readonly waiting: Waiting;
  readonly isStopping: () => boolean;
  /** See `DEAD_AFTER_S`. */
  readonly deadAfterS: number;
};

/** Opens the gateway on an address. TLS lets in nobody without a certificate of the device CA. */
export function openListener(parts: ListenerParts, hostname: string, port: number): Server<Session> {
  const { trust } = parts.context;
  return Bun.serve<Session>({
    hostname,
    port,
    tls: {
      ...trust.gatewayTls,
      ca: certificatePem(trust.deviceCa),
      requestCert: true,
      rejectUnauthorized: true,
    },
    maxRequestBodySize: 2 * MAX_FRAME_BYTES,
    idleTimeout: 30,
    fetch: (request, server) => route(parts, request, server),
    error: (cause) => beaconFailure(parts.context, cause),
    websocket: socketHandler(parts),
  });
}

function route(
  parts: ListenerParts,
  request: Request,
  server: Server<Session>,
): Promise<Response> | Response | undefined {
  // A Host header that is none leaves Bun with a path alone.
  const path = new URL(request.url, 'https://gateway').pathname;
  if (parts.isStopping()) return new Response(null, { status: 503, headers: { 'retry-after': '5' } });
  if (path === AGENT_SOCKET_PATH && request.method === 'GET') return upgrade(parts, request, server);
  if (path === BEACON_NONCE_PATH && request.method === 'GET') return freshNonce(parts);
  if (path === BEACON_PATH && request.method === 'POST') {
    return receiveBeacon(parts.context, parts.nonces, request, addressOf(request, server));
  }
  return new Response(null, { status: 404 });
}

function upgrade(parts: ListenerParts, request: Request, server: Server<Session>): Response | undefined {
  const offered = (request.headers.get('sec-websocket-protocol') ?? '').split(',').map((name) => name.trim());
  if (!offered.includes(AGENT_SUBPROTOCOL)) {
    return Response.json(
      { code: 'invalid_argument', message: `ask for ${AGENT_SUBPROTOCOL}` },
      { status: 400 },
    );
  }
  const upgraded = server.upgrade(request, {
    data: new Session(addressOf(request, server), parts.context.clock.monotonic()),
    headers: { 'sec-websocket-protocol': AGENT_SUBPROTOCOL },
  });
  return upgraded ? undefined : new Response(null, { status: 426 });
}

function freshNonce({ nonces, context }: ListenerParts): Response {
  const headers = { 'content-type': 'application/octet-stream', 'muster-time': String(context.clock.now()) };
  return new Response(nonces.issue(), { headers });
}

function addressOf(request: Request, server: Server<Session>): string {
  return server.requestIP(request)?.address ?? '';
}

function socketHandler({ context, waiting, deadAfterS }: ListenerParts): WebSocketHandler<Session> {
  return {
    // Above our own limit, so that a frame just over it is counted and answered; Bun cuts what is far over.
    maxPayloadLength: MAX_FRAME_BYTES + 64 * 1024,
    backpressureLimit: BACKPRESSURE_BYTES,
    closeOnBackpressureLimit: true,
    idleTimeout: deadAfterS,
    sendPings: true,
    perMessageDeflate: false,
    open(socket) {
      waiting.add(socket);
      challenge(context, socket);
    },
    message(socket, message) {
      waiting.delete(socket);
      socket.data.heardAtMs = context.clock.monotonic();
      receiveMessage(context, socket, message);
    },
    ping(socket) {
      socket.data.heardAtMs = context.clock.monotonic();
    },
    pong(socket) {
      socket.data.heardAtMs = context.clock.monotonic();
    },
    close(socket, _code, reason) {
      waiting.delete(socket);
      closeSession(context, socket, reason === TIMED_OUT);
    },
  };
}

/** Bun's reason for a socket on which nothing came for `idleTimeout`; every other close is itself a sign of life. */
const TIMED_OUT = 'WebSocket timed out from inactivity';

function closeSession(context: GatewayContext, socket: AgentSocket, hasTimedOut: boolean): void {
  const session = socket.data;
  session.stage = nextStage(session.stage, 'close');
  const wasCurrent = context.connections.forget(socket);
  context.metrics.connected.set(context.connections.connectedCount());
  if (!wasCurrent || session.link === undefined) return;
  const silentMs = hasTimedOut ? context.clock.monotonic() - session.heardAtMs : 0;
  context.ports.presence.closed(session.link, session.goneBecause, silentMs);
}
