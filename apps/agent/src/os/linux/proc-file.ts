import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** Shared by all files: nothing keeps a view of it across calls. */
const buffer = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * A small kernel file that is read again and again: it stays open and is read from its start into one shared buffer.
 * Reading throws when the file does not exist (any more); the next read tries to open it anew.
 */
export class ProcFile {
  #descriptor: number | undefined;
  constructor(readonly path: string) {}

  /** The first 64 KiB of the file. */
  read(): string {
    this.#descriptor ??= openSync(this.path, 'r');
    try {
      let length = 0;
      for (;;) {
        const read = readSync(this.#descriptor, buffer, length, buffer.length - length, length);
        length += read;
        if (read === 0 || length === buffer.length) return buffer.toString('latin1', 0, length);
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

/** The trimmed text of a file, or undefined where it is missing or unreadable. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
