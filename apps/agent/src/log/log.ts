import { isOnTerminal, printError } from './print.ts';

/** Lines for the journal of the system's service manager; never a secret. */
export interface Log {
  say(text: string): void;
  warn(text: string): void;
}

/** Writes to stderr with the priority prefixes that journald understands (sd-daemon(3)). */
export function createLog(write: (line: string) => void = printError): Log {
  const isJournal = process.platform === 'linux' && !isOnTerminal();
  const line = (priority: number, text: string) => {
    const oneLine = text.replaceAll(/\s*\n\s*/g, ' ');
    write(isJournal ? `<${priority}>${oneLine}` : oneLine);
  };
  return { say: (text) => line(6, text), warn: (text) => line(4, text) };
}
