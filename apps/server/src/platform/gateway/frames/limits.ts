import { MAX_DEVICE_BYTES_PER_MINUTE } from '@muster/contracts/wire';

/** What one device may send. Far above any honest agent: ten samples and a few results a minute. */
export const FRAME_LIMITS = {
  /** Frames within one second. */
  framesPerSecond: 200,
  /** Bytes within one minute: a full backfill (120 minutes a frame) of a day, with room. */
  bytesPerMinute: MAX_DEVICE_BYTES_PER_MINUTE,
  /**
   * Hellos and beacons within one minute. An agent that lost its socket beacons once a minute, and behind each command
   * that ends; one on a bad line dials some twenty times.
   */
  greetingsPerMinute: 300,
  /**
   * Frames within one minute that each are a transaction, with its events and history: facts, inventory, names, keys. The
   * whole first inventory of the largest machine is 300.
   */
  writesPerMinute: 600,
  /** Malformed or misplaced frames in the life of a connection; each is answered, the next one cuts. */
  faults: 10,
} as const;

/** Counters of one device in its current second and minute; plain numbers, because there are 15,000 of them. */
export type FrameBudget = {
  second: number;
  frames: number;
  minute: number;
  bytes: number;
  greetings: number;
  writes: number;
};

/** One that has sent nothing. */
export function createFrameBudget(): FrameBudget {
  return { second: 0, frames: 0, minute: 0, bytes: 0, greetings: 0, writes: 0 };
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
  turnMinute(budget, nowMs);
  budget.frames += 1;
  budget.bytes += bytes;
  if (budget.frames > FRAME_LIMITS.framesPerSecond) return 'frames';
  return budget.bytes > FRAME_LIMITS.bytesPerMinute ? 'bytes' : undefined;
}

/** Counts a proven hello or beacon of `bytes`; says which limit it broke. */
export function spendGreeting(
  budget: FrameBudget,
  bytes: number,
  nowMs: number,
): 'greetings' | 'bytes' | undefined {
  turnMinute(budget, nowMs);
  budget.greetings += 1;
  budget.bytes += bytes;
  if (budget.greetings > FRAME_LIMITS.greetingsPerMinute) return 'greetings';
  return budget.bytes > FRAME_LIMITS.bytesPerMinute ? 'bytes' : undefined;
}

/** Counts a frame that is a transaction; false when there were too many. */
export function spendWrite(budget: FrameBudget, nowMs: number): boolean {
  turnMinute(budget, nowMs);
  budget.writes += 1;
  return budget.writes <= FRAME_LIMITS.writesPerMinute;
}

function turnMinute(budget: FrameBudget, nowMs: number): void {
  const minute = Math.floor(nowMs / 60_000);
  if (minute === budget.minute) return;
  budget.minute = minute;
  budget.bytes = 0;
  budget.greetings = 0;
  budget.writes = 0;
}
