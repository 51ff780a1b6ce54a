import { readFileSync } from 'node:fs';
import { EXIT, Failure } from './failure.ts';

// What people type where only a certain form will do. Each Failure says what was typed and what is wanted.

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const isId = (text: string): boolean => UUID.test(text);

/** An id of the kind that the caller names; `list` is the command that shows such ids. */
export function readId<Id extends string>(text: string, list: string): Id {
  if (isId(text)) return text as Id;
  throw new Failure(EXIT.usage, `“${text}” is no id. \`muster ${list}\` shows ids.`);
}

/** A whole number from 1 to `most`. */
export function readCount(text: string, option: string, most = Number.MAX_SAFE_INTEGER): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= most) return count;
  const range = most === Number.MAX_SAFE_INTEGER ? 'above 0' : `from 1 to ${most}`;
  throw new Failure(EXIT.usage, `${option} takes a whole number ${range}, not “${text}”.`);
}

/** The address of a console, whose scheme has to be there: `localhost:8080` would be read as one. */
export function readServer(text: string): string {
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return text;
  throw new Failure(
    EXIT.usage,
    `${text} is not the address of a console; it looks like http://localhost:8080.`,
  );
}

/** PEM of the server's own certificate; null where none is named. */
export function readCertificate(file: string | undefined): string | null {
  if (file === undefined) return null;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure(EXIT.usage, `The server's certificate cannot be read: ${(error as Error).message}.`);
  }
}
