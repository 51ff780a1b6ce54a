import { create, toBinary } from '@bufbuild/protobuf';
import { FrameErrorSchema, type Rejected, type ServerFrame, ServerFrameSchema } from '@muster/contracts/wire';
import type { AgentSocket } from './session.ts';

/** Close codes of the gateway (4000–4999 are the application's own). */
export const CLOSE = {
  goingAway: 1001,
  outOfOrder: 4000,
  rejected: 4001,
  replaced: 4002,
  limit: 4003,
  slow: 4004,
} as const;

/** Sends one frame. False when the socket is gone or too slow; a slow one is closed, so that it costs nobody memory. */
export function sendFrame(socket: AgentSocket, body: ServerFrame['body']): boolean {
  return sendMessage(socket, create(ServerFrameSchema, { body }));
}

/** See `sendFrame`; for a frame that exists already. */
export function sendMessage(socket: AgentSocket, frame: ServerFrame): boolean {
  if (socket.readyState !== WebSocket.OPEN) return false;
  // 0 says that the frame was dropped; -1 that it waits in the buffer, which is limited by the listener.
  if (socket.sendBinary(toBinary(ServerFrameSchema, frame)) !== 0) return true;
  socket.close(CLOSE.slow, 'too slow');
  return false;
}

/** Tells the agent what was wrong with a frame; the socket stays. */
export function sendFault(socket: AgentSocket, code: string, message: string): void {
  sendFrame(socket, { case: 'error', value: create(FrameErrorSchema, { code, message }) });
}

/** Tells the agent that it is not served, and why. */
export function sendRejected(socket: AgentSocket, rejected: Rejected): void {
  sendFrame(socket, { case: 'rejected', value: rejected });
}
