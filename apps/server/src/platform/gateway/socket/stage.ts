/*
 * The life of one agent's socket, from the gateway's side.
 *
 *   challenged  The nonce is on its way; only a hello may come back. Nothing is known of the other end but that its TLS
 *               certificate is one of ours. A sweep ends sockets that stay here.
 *   verifying   A hello came and the registry is being asked. The agent has to wait for the answer.
 *   serving     The device has proven itself; frames flow both ways.
 *   leaving     We have said why and are closing; what still arrives is not looked at.
 *   closed      The socket is gone. An answer of the registry may still come in, and changes nothing.
 *
 * A frame before its turn, or a second hello, is out of order and leads to leaving.
 */
export type Stage = 'challenged' | 'verifying' | 'serving' | 'leaving' | 'closed';

export type StageEvent =
  | 'hello' // the agent proves itself
  | 'frame' // any other frame
  | 'admitted' // signature, lifecycle and boot are in order
  | 'cut' // we end it: refused, out of order, over a limit, replaced, revoked, draining
  | 'close'; // the socket is gone

type Row = Readonly<Record<StageEvent, Stage | undefined>>;

/** stage × event → stage; undefined where the event cannot happen. */
export const STAGE_TABLE: Readonly<Record<Stage, Row>> = Object.freeze({
  challenged: { hello: 'verifying', frame: 'leaving', admitted: undefined, cut: 'leaving', close: 'closed' },
  verifying: { hello: 'leaving', frame: 'leaving', admitted: 'serving', cut: 'leaving', close: 'closed' },
  serving: { hello: 'leaving', frame: 'serving', admitted: undefined, cut: 'leaving', close: 'closed' },
  leaving: { hello: 'leaving', frame: 'leaving', admitted: 'leaving', cut: 'leaving', close: 'closed' },
  closed: { hello: 'closed', frame: 'closed', admitted: 'closed', cut: 'closed', close: 'closed' },
});

/** The next stage. Throws for an event that cannot happen: a fault of ours, not of the agent. */
export function nextStage(stage: Stage, event: StageEvent): Stage {
  const next = STAGE_TABLE[stage][event];
  if (next === undefined) throw new Error(`a socket that is ${stage} cannot be ${event}`);
  return next;
}
