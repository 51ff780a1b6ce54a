import { COMMAND_STATES, type CommandState, ENDED_COMMAND_STATES } from '@muster/contracts';

/*
 * The life of a command.
 *
 * queued       The row and its signed bytes exist; the endpoint has not been given them. A cancel ends it at once.
 * sent         The bytes were handed to a socket or a beacon. The endpoint may have them; they are sent again at each
 *              reconnect until it says so.
 * received     The endpoint verified the envelope and wrote it to its journal. From here it is the endpoint's to end.
 * running      The endpoint has begun.
 * cancelling   A person wants it stopped and the endpoint may know of it; the endpoint's word decides how it ends.
 * succeeded    The endpoint did it, and the result fits the catalogue.
 * failed       The endpoint tried and it did not work, or its result was not what the catalogue promises.
 * refused      The endpoint would not: signature, target, floor, local policy, caps, unknown command.
 * expired      Nobody ran it before deliver-by.
 * cancelled    It was stopped by a person.
 * interrupted  The outcome is not known: the endpoint crashed in between, or never answered.
 *
 * An endpoint may say anything of a command that it was given, in any order and twice: what it says of an ended command,
 * or of a step already passed, changes nothing. What the server itself asks of a state (send, cancel, expire, lose) is an
 * error where the table has no entry.
 */

/** What happens to a command. The first five come from the server, the others from the endpoint. */
export type CommandEvent =
  | 'send'
  | 'return'
  | 'cancel'
  | 'expire'
  | 'lose'
  | 'receive'
  | 'start'
  | 'succeed'
  | 'fail'
  | 'refuse'
  | 'outlive'
  | 'stop'
  | 'interrupt';

const ends = {
  succeed: 'succeeded',
  fail: 'failed',
  refuse: 'refused',
  outlive: 'expired',
  stop: 'cancelled',
  interrupt: 'interrupted',
} as const;

type Row = Partial<Record<CommandEvent, CommandState>>;

const ended = (state: CommandState): Row => ({
  receive: state,
  start: state,
  succeed: state,
  fail: state,
  refuse: state,
  outlive: state,
  stop: state,
  interrupt: state,
});

/** The table `state × event → state`. An event without an entry is impossible in that state. */
export const COMMAND_TABLE: Readonly<Record<CommandState, Readonly<Row>>> = Object.freeze({
  queued: {
    send: 'sent',
    cancel: 'cancelled',
    expire: 'expired',
    receive: 'received',
    start: 'running',
    ...ends,
  },
  sent: {
    return: 'queued',
    cancel: 'cancelling',
    lose: 'interrupted',
    receive: 'received',
    start: 'running',
    ...ends,
  },
  received: { cancel: 'cancelling', lose: 'interrupted', receive: 'received', start: 'running', ...ends },
  running: { cancel: 'cancelling', lose: 'interrupted', receive: 'running', start: 'running', ...ends },
  cancelling: {
    cancel: 'cancelling',
    lose: 'interrupted',
    receive: 'cancelling',
    start: 'cancelling',
    ...ends,
  },
  succeeded: ended('succeeded'),
  failed: ended('failed'),
  refused: ended('refused'),
  expired: ended('expired'),
  cancelled: ended('cancelled'),
  interrupted: ended('interrupted'),
});

/** The state after an event. Throws with both names where the table has no entry. */
export function next(state: CommandState, event: CommandEvent): CommandState {
  const to = COMMAND_TABLE[state][event];
  if (to === undefined) throw new Error(`A command that is ${state} cannot ${event}.`);
  return to;
}

/** Whether the state is one of the ends. */
export function isEnded(state: CommandState): boolean {
  return (ENDED_COMMAND_STATES as readonly CommandState[]).includes(state);
}

/** States in which something may still happen. */
export const OPEN_COMMAND_STATES = COMMAND_STATES.filter((state) => !isEnded(state));
