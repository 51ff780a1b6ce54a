import { create, fromBinary } from '@bufbuild/protobuf';
import {
  ChallengeSchema,
  type Hello,
  type HelloBody,
  HelloBodySchema,
  OLDEST_PROTOCOL,
  PROTOCOL,
  type Rejected,
  signedBytes,
  WelcomeSchema,
} from '@muster/contracts/wire';
import type { GatewayContext } from '../context.ts';
import { spendGreeting } from '../frames/limits.ts';
import type { Admission } from '../ports.ts';
import { end } from './connections.ts';
import { deviceState } from './device-state.ts';
import { judgeSignature } from './judge-signature.ts';
import { badSignature, busy, tooMany, unknownDevice } from './rejections.ts';
import { CLOSE, sendFrame } from './send-frame.ts';
import type { AgentSocket } from './session.ts';
import { nextStage } from './stage.ts';
import { firstTokenCheckMs } from './token-rotation.ts';

type Admitted = Extract<Admission, { admitted: true }>;

/** A socket opened: the nonce goes out at once. */
export function challenge(context: GatewayContext, socket: AgentSocket): void {
  const nonce = crypto.getRandomValues(new Uint8Array(32));
  socket.data.nonce = nonce;
  sendFrame(socket, {
    case: 'challenge',
    value: create(ChallengeSchema, {
      nonce,
      serverTimeMs: BigInt(context.clock.now()),
      installationId: context.trust.installationId,
      protocol: PROTOCOL,
      oldestProtocol: OLDEST_PROTOCOL,
    }),
  });
}

/** A hello arrived in its turn: verifies it, asks the registry, and serves or refuses. Never rejects. */
export async function verifyHello(context: GatewayContext, socket: AgentSocket, hello: Hello): Promise<void> {
  const session = socket.data;
  const nonce = session.nonce;
  session.nonce = undefined;
  const outcome = await decide(context, socket, hello, nonce).catch((cause: unknown) => {
    context.log.error({ err: cause }, 'a hello could not be decided');
    return busy();
  });
  try {
    settle(context, socket, outcome);
  } catch (cause) {
    context.log.error({ err: cause }, 'a proven device could not be served');
    end(socket, busy(), 'network');
  }
}

function settle(context: GatewayContext, socket: AgentSocket, outcome: Admitted | Rejected): void {
  const session = socket.data;
  if (session.stage !== 'verifying') {
    context.metrics.handshakes.inc({ outcome: 'left' });
  } else if ('code' in outcome) {
    refuse(context, socket, outcome);
  } else {
    session.stage = nextStage(session.stage, 'admitted');
    welcome(context, socket, outcome);
  }
}

async function decide(
  context: GatewayContext,
  socket: AgentSocket,
  hello: Hello,
  nonce: Uint8Array | undefined,
): Promise<Admitted | Rejected> {
  const body = readHelloBody(hello);
  if (body === undefined || nonce === undefined) return badSignature();
  const identity = await context.ports.admission.findIdentity(body.deviceId);
  if (identity === undefined) return unknownDevice();
  const refusal = judgeSignature(identity, signedBytes('hello', nonce, hello.body), hello.signature);
  if (refusal !== undefined) return refusal;
  if (socket.data.stage !== 'verifying') return busy();
  socket.data.budget = context.budgets.of(identity.deviceId);
  const limit = spendGreeting(socket.data.budget, hello.body.length, context.clock.now());
  if (limit !== undefined) return tooMany(context, limit);
  context.connections.verifying(socket, identity.deviceId);
  const admission = await context.ports.admission.admit(identity, body, 'socket', socket.data.address);
  return admission.admitted ? admission : admission.rejected;
}

function readHelloBody(hello: Hello): HelloBody | undefined {
  try {
    return fromBinary(HelloBodySchema, hello.body);
  } catch {
    return undefined;
  }
}

function refuse(context: GatewayContext, socket: AgentSocket, rejected: Rejected): void {
  context.metrics.handshakes.inc({ outcome: rejected.code });
  end(socket, rejected, 'cut_off');
  context.connections.forget(socket);
}

function welcome(context: GatewayContext, socket: AgentSocket, admission: Admitted): void {
  const { link } = admission;
  if (!context.connections.serve(socket, link)) {
    socket.data.isReplaced = true;
    socket.close(CLOSE.replaced, 'replaced by a newer connection');
    context.metrics.handshakes.inc({ outcome: 'replaced' });
    return;
  }
  socket.data.link = link;
  socket.data.rotateTokenAtMs = firstTokenCheckMs(admission, context.clock.now());
  sendFrame(socket, {
    case: 'welcome',
    value: create(WelcomeSchema, {
      connectionEpoch: link.connectionEpoch,
      serverTimeMs: BigInt(context.clock.now()),
      settings: admission.settings,
      state: deviceState(link.lifecycle),
      newToken: admission.newToken,
      keys: [...admission.keys],
      wantFacts: admission.wantFacts,
    }),
  });
  context.metrics.handshakes.inc({ outcome: 'welcome' });
  context.metrics.connected.set(context.connections.connectedCount());
  context.ports.presence.opened(link);
  if (link.lifecycle === 'active') context.ports.commands.reachable(link);
}
