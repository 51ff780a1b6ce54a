/** What one connection may send. Far above any honest agent: ten samples and a few results a minute. */
export const FRAME_LIMITS = {
  /** Frames within one second. */
  framesPerSecond: 200,
  /** Bytes within one minute: a full backfill (120 minutes a frame) of a day, with room. */
  bytesPerMinute: 16 * 1024 * 1024,
  /** Malformed or misplaced frames in the life of a connection; each is answered, the next one cuts. */
  faults: 10,
} as const;

/** Counters of one connection in its current second and minute; plain numbers, because there are 15,000 of them. */
export type FrameBudget = { second: number; frames: number; minute: number; bytes: number; faults: number };

/** A connection that has sent nothing. */
export function createFrameBudget(): FrameBudget {
  return { second: 0, frames: 0, minute: 0, bytes: 0, faults: 0 };
}

/** Counts a frame of `bytes` at `nowMs`; says which limit it broke. Windows are aligned, so a burst may straddle two. */
export function spendFrame(
  budget: FrameBudget,
  bytes: number,
  nowMs: number,
): 'frames' | 'bytes' | undefined {
  const second = Math.floor(nowMs / 1_000);
  if (second !== budget.second) {
    budget.second = second;
    budget.frames = 0;
  }
  const minute = Math.floor(nowMs / 60_000);
  if (minute !== budget.minute) {
    budget.minute = minute;
    budget.bytes = 0;
  }
  budget.frames += 1;
  budget.bytes += bytes;
  if (budget.frames > FRAME_LIMITS.framesPerSecond) return 'frames';
  return budget.bytes > FRAME_LIMITS.bytesPerMinute ? 'bytes' : undefined;
}
