import { create, fromBinary } from '@bufbuild/protobuf';
import { type AgentFrame, AgentFrameSchema, MAX_FRAME_BYTES, UnknownSchema } from '@muster/contracts/wire';
import type { GatewayContext } from '../context.ts';
import { verifyHello } from '../socket/handshake.ts';
import { CLOSE, sendFault, sendFrame } from '../socket/send-frame.ts';
import type { AgentSocket } from '../socket/session.ts';
import { nextStage } from '../socket/stage.ts';
import { FRAME_LIMITS, spendFrame, spendWrite } from './limits.ts';
import { serveFrame } from './serve-frame.ts';

/** A rule that a message broke; `code` goes to the agent and into the metric. */
type Breach = { readonly code: string; readonly message: string };

/** One message of an agent's socket. Whatever it holds: counted, answered or cut; nothing is thrown. */
export function receiveMessage(context: GatewayContext, socket: AgentSocket, message: string | Buffer): void {
  if (socket.data.stage === 'leaving' || socket.data.stage === 'closed') return;
  const size = typeof message === 'string' ? Buffer.byteLength(message) : message.length;
  context.metrics.bytes.inc(size);
  const breach = limitBreach(socket, size, context.clock.now());
  const frame = typeof message === 'string' || breach !== undefined ? undefined : decode(message);
  if (breach !== undefined) cut(context, socket, breach);
  else if (frame === undefined) fault(context, socket, MALFORMED);
  else receiveFrame(context, socket, frame);
}

const MALFORMED: Breach = { code: 'malformed', message: 'This is not an agent frame.' };
const WRITES: ReadonlySet<AgentFrame['body']['case']> = new Set([
  'facts',
  'inventory',
  'instances',
  'keyRotation',
]);
const TOO_MANY_WRITES: Breach = {
  code: 'limit_writes',
  message: 'Too many facts, inventories or keys in a short time.',
};
const EMPTY: Breach = { code: 'empty', message: 'The frame has no body.' };
const TOO_LARGE: Breach = { code: 'too_large', message: `A frame has at most ${MAX_FRAME_BYTES} bytes.` };

function limitBreach(socket: AgentSocket, size: number, nowMs: number): Breach | undefined {
  if (size > MAX_FRAME_BYTES) return TOO_LARGE;
  const what = spendFrame(socket.data.budget, size, nowMs);
  return what && { code: `limit_${what}`, message: `Too many ${what} in a short time.` };
}

function decode(message: Uint8Array): AgentFrame | undefined {
  try {
    return fromBinary(AgentFrameSchema, message);
  } catch {
    return undefined;
  }
}

function receiveFrame(context: GatewayContext, socket: AgentSocket, { body, $unknown }: AgentFrame): void {
  const session = socket.data;
  context.metrics.frames.inc({ kind: body.case ?? 'unknown' });
  const before = session.stage;
  const after = nextStage(before, body.case === 'hello' ? 'hello' : 'frame');
  if (after === 'leaving') {
    const message = `A ${body.case ?? 'frame'} does not belong here (${before}).`;
    cut(context, socket, { code: 'out_of_order', message });
    return;
  }
  if (WRITES.has(body.case) && !spendWrite(session.budget, context.clock.now())) {
    cut(context, socket, TOO_MANY_WRITES);
    return;
  }
  session.stage = after;
  if (body.case === 'hello') void verifyHello(context, socket, body.value);
  else if (body.case === undefined) answerUnknown(context, socket, $unknown?.[0]?.no);
  else void serveFrame(context, socket, body);
}

/** A body that this build does not know comes from a newer agent; it is told so, and nothing else happens. */
function answerUnknown(context: GatewayContext, socket: AgentSocket, field: number | undefined): void {
  if (field === undefined) fault(context, socket, EMPTY);
  else sendFrame(socket, { case: 'unknown', value: create(UnknownSchema, { field }) });
}

/** Answers a broken frame; one too many, or one from somebody who has not proven anything, cuts. */
function fault(context: GatewayContext, socket: AgentSocket, breach: Breach): void {
  const session = socket.data;
  session.faults += 1;
  if (session.stage !== 'serving' || session.faults > FRAME_LIMITS.faults) {
    cut(context, socket, breach);
    return;
  }
  context.metrics.faults.inc({ rule: breach.code });
  sendFault(socket, breach.code, breach.message);
}

/** Says which rule was broken and closes. */
function cut(context: GatewayContext, socket: AgentSocket, { code, message }: Breach): void {
  const session = socket.data;
  context.metrics.faults.inc({ rule: code });
  context.metrics.cuts.inc({ reason: code });
  const where = { rule: code, address: session.address, deviceId: session.link?.deviceId };
  context.log.warn(where, 'cut an agent socket');
  sendFault(socket, code, message);
  session.stage = nextStage(session.stage, 'cut');
  socket.close(code === 'out_of_order' ? CLOSE.outOfOrder : CLOSE.limit, code);
}
