import { createHash } from 'node:crypto';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  AGENT_SOCKET_PATH,
  AGENT_SUBPROTOCOL,
  type AgentFrame,
  AgentFrameSchema,
  BEACON_HEADERS,
  BEACON_NONCE_PATH,
  BEACON_PATH,
  type Beacon,
  gatewayServerName,
  type HelloBody,
  HelloBodySchema,
  HelloSchema,
  PROTOCOL,
  type ServerFrame,
  ServerFrameSchema,
  sentpulse,
  signedBytes,
} from '@muster/contracts/wire';
import type { DeviceKey } from '../../crypto/testing/device-key.ts';

/** What a simulated agent needs to come home: what enrolment gave it, and where the gateway is. */
export type AgentIdentity = {
  readonly deviceId: string;
  readonly installationId: string;
  readonly key: DeviceKey;
  /** PEM. */
  readonly certificate: string;
  /** PEM; the only authority that the agent believes. */
  readonly serverCa: string;
  readonly deviceToken: string;
};

/** The parts of a hello that a test may want to say otherwise. */
export type HelloPart = Partial<Omit<HelloBody, '$typeName' | '$unknown'>>;

type FrameCase = NonNullable<ServerFrame['body']['case']>;
type FrameValue<Case extends FrameCase> = Extract<ServerFrame['body'], { case: Case }>['value'];

/** TLS of the agent's side: its certificate, the pinned authority, and the gateway's fixed name. */
export function agentTls(identity: AgentIdentity) {
  return {
    cert: identity.certificate,
    key: identity.key.pem,
    ca: identity.serverCa,
    serverName: gatewayServerName(identity.installationId),
  };
}

/** The body of a hello as this identity would honestly say it. */
export function helloBody(identity: AgentIdentity, part: HelloPart = {}): HelloBody {
  return create(HelloBodySchema, {
    deviceId: identity.deviceId,
    installationId: identity.installationId,
    protocol: PROTOCOL,
    agentVersion: '0.1.0',
    bootId: 'boot-1',
    uptimeMs: 60_000n,
    deviceToken: identity.deviceToken,
    policy: 'control',
    runId: 'run-1',
    ...part,
  });
}

/** One connection to a gateway, frame by frame. Received frames wait until they are asked for. */
export interface AgentConnection {
  /** Waits for the next frame of a kind; frames of other kinds stay. Rejects when the socket closes first. */
  next<Case extends FrameCase>(kind: Case, withinMs?: number): Promise<FrameValue<Case>>;
  send(body: AgentFrame['body']): void;
  sendRaw(bytes: Uint8Array | string): void;
  /** Signs and sends the hello over the challenge that it waits for. */
  hello(part?: HelloPart): Promise<void>;
  /** Resolves when the socket is gone. */
  readonly closed: Promise<{ code: number; reason: string }>;
  close(): void;
}

/** Opens the socket; rejects when TLS or the upgrade is refused. `address` is `host:port`. */
export async function connectAgent(address: string, identity: AgentIdentity): Promise<AgentConnection> {
  const socket = new WebSocket(`wss://${address}${AGENT_SOCKET_PATH}`, {
    protocols: [AGENT_SUBPROTOCOL],
    tls: agentTls(identity),
  } as Bun.WebSocketOptions);
  socket.binaryType = 'arraybuffer';
  const inbox = createInbox();
  socket.addEventListener('message', (event) => {
    inbox.put(fromBinary(ServerFrameSchema, new Uint8Array(event.data as ArrayBuffer)));
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.addEventListener('close', ({ code, reason }) => {
      inbox.end(new Error(`the socket closed: ${code} ${reason}`));
      resolve({ code, reason });
    });
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', (event) =>
      reject(new Error((event as ErrorEvent).message || 'refused')),
    );
    void closed.then(({ code, reason }) => reject(new Error(`refused: ${code} ${reason}`)));
  });

  const sendRaw = (bytes: Uint8Array | string) => socket.send(bytes as Uint8Array<ArrayBuffer> | string);
  const send = (body: AgentFrame['body']) => sendRaw(encodeAgentFrame(body));
  return {
    next: (kind, withinMs) => inbox.take(kind, withinMs),
    send,
    sendRaw,
    async hello(part) {
      const { nonce } = await inbox.take('challenge');
      send(signHello(identity, nonce, part));
    },
    closed,
    close: () => socket.close(),
  };
}

/** The hello frame of an identity over a nonce. */
export function signHello(identity: AgentIdentity, nonce: Uint8Array, part?: HelloPart): AgentFrame['body'] {
  const body = toBinary(HelloBodySchema, helloBody(identity, part));
  const signature = identity.key.sign(signedBytes('hello', nonce, body));
  return { case: 'hello', value: create(HelloSchema, { body, signature }) };
}

/** Bytes of one frame upwards. */
function encodeAgentFrame(body: AgentFrame['body']): Uint8Array {
  return toBinary(AgentFrameSchema, create(AgentFrameSchema, { body }));
}

/** A fresh nonce for a beacon. */
export async function fetchNonce(address: string, identity: AgentIdentity): Promise<Uint8Array> {
  const response = await fetch(`https://${address}${BEACON_NONCE_PATH}`, { tls: agentTls(identity) });
  return new Uint8Array(await response.arrayBuffer());
}

/** Signs and sends a beacon as it is given; `with` says what a dishonest agent would put elsewhere. */
export async function sendBeacon(
  address: string,
  identity: AgentIdentity,
  beacon: Beacon,
  nonce: Uint8Array,
): Promise<{ status: number; reply: sentpulse.CheckInResponse | undefined }> {
  const request = create(sentpulse.CheckInRequestSchema, { agentId: identity.deviceId, beacon });
  const body = toBinary(sentpulse.CheckInRequestSchema, request);
  return postBeacon(address, identity, body, signBeacon(identity, nonce, body));
}

/** The headers that sign a beacon's body. */
export function signBeacon(
  identity: AgentIdentity,
  nonce: Uint8Array,
  body: Uint8Array,
): Record<string, string> {
  const digest = createHash('sha256').update(body).digest();
  const signature = identity.key.sign(signedBytes('beacon', nonce, `POST ${BEACON_PATH}\0`, digest));
  return {
    [BEACON_HEADERS.device]: identity.deviceId,
    [BEACON_HEADERS.nonce]: Buffer.from(nonce).toString('base64url'),
    [BEACON_HEADERS.signature]: Buffer.from(signature).toString('base64url'),
  };
}

/** Posts the bytes of a beacon under the headers given. */
export async function postBeacon(
  address: string,
  identity: AgentIdentity,
  body: Uint8Array,
  headers: Record<string, string>,
): Promise<{ status: number; reply: sentpulse.CheckInResponse | undefined }> {
  const response = await fetch(`https://${address}${BEACON_PATH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/proto', ...headers },
    body: body as Uint8Array<ArrayBuffer>,
    tls: agentTls(identity),
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const isReply = response.headers.get('content-type') === 'application/proto';
  const reply = isReply ? fromBinary(sentpulse.CheckInResponseSchema, bytes) : undefined;
  return { status: response.status, reply };
}

type Taker = { kind: FrameCase; resolve: (frame: ServerFrame) => void; reject: (cause: Error) => void };

function createInbox() {
  const frames: ServerFrame[] = [];
  const takers: Taker[] = [];
  let ended: Error | undefined;
  return {
    put(frame: ServerFrame) {
      const at = takers.findIndex((taker) => taker.kind === frame.body.case);
      if (at < 0) frames.push(frame);
      else takers.splice(at, 1)[0]?.resolve(frame);
    },
    end(cause: Error) {
      ended = cause;
      for (const taker of takers.splice(0)) taker.reject(cause);
    },
    async take<Case extends FrameCase>(kind: Case, withinMs = 5_000): Promise<FrameValue<Case>> {
      const at = frames.findIndex((frame) => frame.body.case === kind);
      if (at >= 0) return frames.splice(at, 1)[0]?.body.value as FrameValue<Case>;
      if (ended !== undefined) throw ended;
      const timeout = AbortSignal.timeout(withinMs);
      const frame = await new Promise<ServerFrame>((resolve, reject) => {
        takers.push({ kind, resolve, reject });
        timeout.addEventListener('abort', () => reject(new Error(`no ${kind} within ${withinMs} ms`)));
      });
      return frame.body.value as FrameValue<Case>;
    },
  };
}
