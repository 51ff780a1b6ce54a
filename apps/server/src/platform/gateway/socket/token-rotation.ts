import type { GatewayContext } from '../context.ts';
import type { Admission } from '../ports.ts';
import type { AgentSocket } from './session.ts';

/** How often a socket whose rotation time is not known asks the registry. */
const ASK_EVERY_MS = 3_600_000;

/** When to look for a rotation for the first time on a new connection. */
export function firstTokenCheckMs(admission: Extract<Admission, { admitted: true }>, nowMs: number): number {
  return admission.rotateTokenAt?.getTime() ?? nowMs + ASK_EVERY_MS;
}

/**
 * EN-3 on a socket that stays open: once the rotation is due, the reply to a check-in carries the new token. Costs a
 * comparison on every other check-in.
 */
export async function tokenForReply(context: GatewayContext, socket: AgentSocket): Promise<string> {
  const { link, rotateTokenAtMs } = socket.data;
  const now = context.clock.now();
  if (link === undefined || now < rotateTokenAtMs) return '';
  socket.data.rotateTokenAtMs = now + ASK_EVERY_MS;
  return (await context.ports.admission.rotateToken?.(link)) ?? '';
}
