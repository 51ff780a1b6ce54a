const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A session that nobody uses ends after this. */
const SESSION_IDLE_MS = 7 * DAY_MS;
/** However much it is used, a session ends after this. */
const SESSION_MAX_MS = 30 * DAY_MS;
/** Use is written down at most this often. */
const SESSION_TOUCH_MS = 5 * MINUTE_MS;

/** When a session that began at `createdAt` and is in use now will end. */
export function sessionEnd(createdAt: Date, now: Date): Date {
  return new Date(Math.min(now.getTime() + SESSION_IDLE_MS, createdAt.getTime() + SESSION_MAX_MS));
}

/** Whether the present use of a session should be written down. */
export function isTouchDue(seenAt: Date, now: Date): boolean {
  return now.getTime() - seenAt.getTime() >= SESSION_TOUCH_MS;
}
