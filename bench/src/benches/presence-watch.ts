import type { SQL } from 'bun';
import { wallMs } from '../swarm/messages.ts';

/** A state of a device, and when it was first seen from outside. */
export type SeenState = { readonly presence: string; readonly reason: string; readonly atMs: number };

/** Each device's states in the order in which they showed. */
export type SeenStates = ReadonlyMap<string, readonly SeenState[]>;

const LOOK_EVERY_MS = 100;
/** Clocks of two processes of one machine differ by less; a state this much too early is not early. */
const TOLERANCE_MS = 5;

/** Looks at every device's presence until stopped. */
export function watchPresence(sql: SQL) {
  const seen = new Map<string, SeenState[]>();
  let looks = 0;
  let longestGapMs = 0;
  let isOver = false;
  const look = async () => {
    for (let last = wallMs(); !isOver; await Bun.sleep(LOOK_EVERY_MS)) {
      const rows: { id: string; presence: string; reason: string }[] = await sql`
        select d.id, p.presence, p.reason from device_presence p join devices d using (device_no)`;
      const atMs = wallMs();
      longestGapMs = Math.max(longestGapMs, atMs - last);
      last = atMs;
      looks += 1;
      for (const { id, presence, reason } of rows) {
        const states = seen.get(id) ?? [];
        if (states.at(-1)?.presence !== presence) states.push({ presence, reason, atMs });
        seen.set(id, states);
      }
    }
  };
  const looking = look();
  return {
    looks: () => looks,
    longestGapMs: () => longestGapMs,
    async stop(): Promise<SeenStates> {
      isOver = true;
      await looking;
      return seen;
    },
  };
}

/** How late each device's state showed after it was due; who never showed it, who showed it before, and why. */
export function detectionErrors(seen: SeenStates, presence: string, due: ReadonlyMap<string, number>) {
  const errors: number[] = [];
  let missing = 0;
  let early = 0;
  const reasons: Record<string, number> = {};
  for (const [deviceId, dueAtMs] of due) {
    const shown = seen.get(deviceId)?.find((state) => state.presence === presence);
    if (shown === undefined) missing += 1;
    else {
      reasons[shown.reason] = (reasons[shown.reason] ?? 0) + 1;
      if (shown.atMs < dueAtMs - TOLERANCE_MS) early += 1;
      errors.push(Math.abs(shown.atMs - dueAtMs));
    }
  }
  return { errors, missing, early, reasons };
}
