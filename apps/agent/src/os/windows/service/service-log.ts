import { appendFileSync, renameSync, statSync } from 'node:fs';

const MOST_BYTES = 1024 * 1024;

/**
 * Keeps the lines of a service, which has no stderr that anybody could read, in a file: the newest megabyte at least, and
 * never more than two. A full disk costs lines, not the agent.
 */
export function createServiceLog(path: string, now: () => Date = () => new Date()): (line: string) => void {
  return (line) => {
    try {
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MOST_BYTES) renameSync(path, `${path}.1`);
      appendFileSync(path, `${now().toISOString()} ${line}\r\n`);
    } catch {
      // nowhere to say it
    }
  };
}
