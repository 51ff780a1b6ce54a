import { Database as Sqlite } from 'bun:sqlite';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { newId } from '../new-id.ts';
import { OperatorError } from './operator-error.ts';

/** The folder of everything that lasts, held by this process alone. */
export interface DataFolder {
  readonly path: string;
  /** Of this server among those of the installation; the same after a restart. */
  readonly nodeId: string;
  /** Lets another server have it. */
  release(): void;
}

/** Why the data folder cannot be used, as a sentence for people. */
class DataFolderError extends OperatorError {
  override readonly name = 'DataFolderError';
}

/** Below this PostgreSQL would stop in the middle of something. */
const MIN_FREE_BYTES = 64 * 1_048_576;

/**
 * Makes, checks and locks the folder. The lock is the operating system's (SQLite's, on an empty file), so it ends with
 * the process, however that ends; the id beside it is only for the message.
 */
export function openDataFolder(path: string): DataFolder {
  try {
    // Others may pass through, because PostgreSQL runs as another user when Muster runs as root; nothing can be listed.
    mkdirSync(path, { recursive: true, mode: 0o711 });
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw explainFileError(error, path);
  }
  refuseFullDisk(path);
  const lock = takeLock(path);
  writeFileSync(join(path, 'server.pid'), `${process.pid}\n`, { mode: 0o600 });
  return { path, nodeId: readNodeId(join(path, 'node-id')), release: () => lock.close() };
}

function readNodeId(file: string): string {
  if (!existsSync(file)) writeFileSync(file, `${newId<string>()}\n`, { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

/** A file error as a sentence about the data folder. */
function explainFileError(error: unknown, path: string): DataFolderError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const sentence: Record<string, string> = {
    EACCES: `The data folder ${path} cannot be read and written by this user; change its owner or choose another with --data.`,
    EPERM: `The data folder ${path} cannot be read and written by this user; change its owner or choose another with --data.`,
    EROFS: `The data folder ${path} is on a disk that cannot be written; choose another with --data.`,
    ENOTDIR: `${path} is not a folder; choose another with --data.`,
    EEXIST: `${path} is not a folder; choose another with --data.`,
    ENOSPC: `The disk of the data folder ${path} is full; make room and start again.`,
  };
  const message = sentence[code] ?? `The data folder ${path} cannot be used: ${String(error)}`;
  return new DataFolderError(message, { cause: error });
}

function refuseFullDisk(path: string): void {
  const { bavail, bsize } = statfsSync(path);
  if (bavail * bsize >= MIN_FREE_BYTES) return;
  throw new DataFolderError(
    `The disk of the data folder ${path} is full (${Math.floor((bavail * bsize) / 1_048_576)} MB free, 64 MB needed); make room and start again.`,
  );
}

function takeLock(path: string): Sqlite {
  try {
    const lock = new Sqlite(join(path, 'server.lock'), { create: true });
    lock.run('pragma busy_timeout = 0');
    lock.run('begin exclusive');
    return lock;
  } catch (error) {
    if (!(error instanceof Error) || !/locked|busy/i.test(error.message)) throw explainFileError(error, path);
    throw new DataFolderError(
      `Another Muster server${holder(path)} uses the data folder ${path}; stop it, or choose another folder with --data.`,
    );
  }
}

function holder(path: string): string {
  try {
    return ` (process ${readFileSync(join(path, 'server.pid'), 'utf8').trim()})`;
  } catch {
    return '';
  }
}
