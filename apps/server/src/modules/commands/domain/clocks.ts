/** How long an endpoint may stay silent after deliver-by, or after its time is up, before the outcome counts as unknown. */
export const ANSWER_GRACE_MS = 60_000;
/** How long the result of a command that was received is waited for while its device is away. */
export const AWAY_LIMIT_MS = 7 * 86_400_000;
/** How often a received command of a device that is away is looked at again. */
export const AWAY_RECHECK_MS = 5 * 60_000;

/** When the server decides about a command that was sent and not confirmed. */
export function dueWhenSent(deliverBy: Date): Date {
  return new Date(deliverBy.getTime() + ANSWER_GRACE_MS);
}

/** When the server decides about a command that the endpoint has had since `since`. */
export function dueWhenHeld(since: Date, timeoutMs: number): Date {
  return new Date(since.getTime() + timeoutMs + ANSWER_GRACE_MS);
}
