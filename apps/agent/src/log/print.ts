import { fstatSync, writeSync } from 'node:fs';

const STDOUT = 1;
const STDERR = 2;

/**
 * For the person at the terminal. Written to the descriptors themselves: `process.stdout` would load the runtime's
 * streams, which costs an agent more than a megabyte for good.
 */
export function print(text: string): void {
  writeAll(STDOUT, `${text}\n`);
}

/** For the person at the terminal, and for the service manager's journal. */
export function printError(text: string): void {
  writeAll(STDERR, `${text}\n`);
}

/** Whether somebody reads stderr on a terminal. */
export function isOnTerminal(): boolean {
  return fstatSync(STDERR, { throwIfNoEntry: false })?.isCharacterDevice() ?? false;
}

function writeAll(descriptor: number, text: string): void {
  try {
    writeSync(descriptor, text);
  } catch {
    // nobody reads any more; a line of output is not worth ending for
  }
}
