import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { removeTree } from '../os/remove-tree.ts';

/** The folder that holds everything an agent keeps: readable by its owner only, each file replaced as a whole. */
export class StateFolder {
  constructor(readonly path: string) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    chmodSync(path, 0o700);
  }

  file(name: string): string {
    return join(this.path, name);
  }

  readText(name: string): string | undefined {
    try {
      return readFileSync(this.file(name), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Undefined when there is none. A file that is not JSON throws: it was written whole, so somebody changed it. */
  readJson<Type>(name: string): Type | undefined {
    const text = this.readText(name);
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text) as Type;
    } catch (cause) {
      throw new Error(`${this.file(name)} is damaged: restore it or enrol this machine again`, { cause });
    }
  }

  writeText(name: string, text: string): void {
    const path = this.file(name);
    const descriptor = openSync(`${path}.new`, 'w', 0o600);
    try {
      writeSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(`${path}.new`, path);
  }

  writeJson(name: string, value: unknown): void {
    this.writeText(name, `${JSON.stringify(value, null, 2)}\n`);
  }

  has(name: string): boolean {
    return existsSync(this.file(name));
  }

  /** In one step: the file that had the name `to` is replaced as a whole. */
  rename(from: string, to: string): void {
    renameSync(this.file(from), this.file(to));
  }

  remove(name: string): void {
    removeTree(this.file(name));
  }
}
