import { COMMANDS, LONGEST_DELIVER_WITHIN_MS } from '@muster/contracts';

const DAY_MS = 86_400_000;
const LONGEST_TIMEOUT_MS = Math.max(...Object.values(COMMANDS).map((entry) => entry.timeoutMs));

/** How long an endpoint may stay silent after deliver-by, or after its time is up, before the outcome counts as unknown. */
export const ANSWER_GRACE_MS = 60_000;
/** How long the result of a command that was received is waited for while its device is away. */
export const AWAY_LIMIT_MS = 7 * DAY_MS;
/** How often a received command of a device that is away is looked at again. */
export const AWAY_RECHECK_MS = 5 * 60_000;

/**
 * No command is open for longer than this after it was asked for: it waits for its device, is received at the last moment,
 * and its result is waited for. A day is added for clocks that differ. What is open later has a time that passed while no
 * server ran; the due timer, which asks all months, ends it.
 */
const LONGEST_OPEN_MS = LONGEST_DELIVER_WITHIN_MS + LONGEST_TIMEOUT_MS + AWAY_LIMIT_MS + DAY_MS;

/** When the oldest command that may still be open was asked for. */
export function oldestOpenAt(now: Date): Date {
  return new Date(now.getTime() - LONGEST_OPEN_MS);
}

/** When the server decides about a command that was sent and not confirmed. */
export function dueWhenSent(deliverBy: Date): Date {
  return new Date(deliverBy.getTime() + ANSWER_GRACE_MS);
}

/** When the server decides about a command that the endpoint has had since `since`. */
export function dueWhenHeld(since: Date, timeoutMs: number): Date {
  return new Date(since.getTime() + timeoutMs + ANSWER_GRACE_MS);
}
