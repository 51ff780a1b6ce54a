import { fstatSync, ftruncateSync } from 'node:fs';
import type { Host, StopReason } from '../../os.ts';

const STDERR = 2;
const MOST_LOG_BYTES = 5 * 1024 * 1024;
const LOOK_AT_LOG_EVERY_MS = 3_600_000;

/**
 * The agent under launchd or in a terminal. launchd ends a daemon by SIGTERM and does not say whether the system goes
 * down with it, and sleep is only told to programs with a connection to IOKit: neither is reported.
 */
export async function host(work: (host: Host) => Promise<void>): Promise<void> {
  const { promise: stopped, resolve } = Promise.withResolvers<StopReason>();
  const stop = () => resolve('stop');
  process.on('SIGTERM', stop).on('SIGINT', stop);
  keepLogSmall();
  const timer = setInterval(keepLogSmall, LOOK_AT_LOG_EVERY_MS);
  try {
    await work({ stopped, onPower: () => {} });
  } finally {
    clearInterval(timer);
    process.off('SIGTERM', stop).off('SIGINT', stop);
  }
}

/** launchd appends to the log for ever; beyond its limit it starts anew. */
function keepLogSmall(): void {
  try {
    const log = fstatSync(STDERR);
    if (log.isFile() && log.size > MOST_LOG_BYTES) ftruncateSync(STDERR, 0);
  } catch {
    // no stderr, or one that cannot be cut: then it is nobody's file
  }
}
