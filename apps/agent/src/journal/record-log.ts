import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';

/**
 * An append-only file of records: length (u32), CRC-32 of what follows (u32), type (u8), payload; little-endian. A
 * record that a crash or a full disk left half written ends the file when it is opened next: what is before it holds.
 */
const HEADER_BYTES = 9;
/** Longer records are taken for damage. */
const MAX_RECORD_BYTES = 2 * 1024 * 1024;

export type LogRecord = { readonly type: number; readonly payload: Uint8Array };

export class RecordLog {
  #descriptor: number;
  #end = 0;
  readonly #header = Buffer.alloc(HEADER_BYTES);

  private constructor(
    readonly path: string,
    descriptor: number,
  ) {
    this.#descriptor = descriptor;
  }

  /** Opens or creates the file and calls `visit` for each whole record, in order. */
  static open(path: string, visit: (record: LogRecord, offset: number) => void): RecordLog {
    const log = new RecordLog(path, openSync(path, 'a+', 0o600));
    closeSync(log.#descriptor);
    log.#descriptor = openSync(path, 'r+');
    log.#scan(visit);
    return log;
  }

  /** Size of the file in bytes. */
  get bytes(): number {
    return this.#end;
  }

  /** Writes a record and returns its offset. With `sync` it is on the disk when this returns. Throws on a full disk. */
  append(type: number, payload: Uint8Array, sync = false): number {
    if (payload.length > MAX_RECORD_BYTES) throw new Error(`a record has at most ${MAX_RECORD_BYTES} bytes`);
    const offset = this.#end;
    try {
      this.#end = writeRecord(this.#descriptor, offset, { type, payload });
      if (sync) fdatasyncSync(this.#descriptor);
      return offset;
    } catch (error) {
      this.#end = offset;
      this.#truncate(offset);
      throw error;
    }
  }

  /** The payload of a record that `append` or `visit` named. */
  read(offset: number): Uint8Array {
    const record = this.#readAt(offset, fstatSync(this.#descriptor).size);
    if (!record) throw new Error(`${this.path} has no record at ${offset}`);
    return record.payload;
  }

  /** Replaces the whole content, by a new file that is renamed into place; returns the offsets. */
  rewrite(records: Iterable<LogRecord>): number[] {
    const next = openSync(`${this.path}.new`, 'w+', 0o600);
    const offsets: number[] = [];
    let end = 0;
    try {
      for (const record of records) {
        offsets.push(end);
        end = writeRecord(next, end, record);
      }
      fdatasyncSync(next);
      renameSync(`${this.path}.new`, this.path);
    } catch (error) {
      closeSync(next);
      throw error;
    }
    closeSync(this.#descriptor);
    this.#descriptor = next;
    this.#end = end;
    return offsets;
  }

  /** Empties the file. */
  clear(): void {
    this.#truncate(0);
    this.#end = 0;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #scan(visit: (record: LogRecord, offset: number) => void): void {
    const size = fstatSync(this.#descriptor).size;
    for (;;) {
      const record = this.#readAt(this.#end, size);
      if (!record) break;
      visit(record, this.#end);
      this.#end += HEADER_BYTES + record.payload.length;
    }
    if (this.#end < size) this.#truncate(this.#end);
  }

  #readAt(offset: number, size: number): LogRecord | undefined {
    const header = this.#header;
    if (readSync(this.#descriptor, header, 0, HEADER_BYTES, offset) < HEADER_BYTES) return undefined;
    const length = header.readUInt32LE(0);
    if (length > MAX_RECORD_BYTES || offset + HEADER_BYTES + length > size) return undefined;
    const payload = new Uint8Array(length);
    if (readSync(this.#descriptor, payload, 0, length, offset + HEADER_BYTES) < length) return undefined;
    const type = header.readUInt8(8);
    return checksum(type, payload) === header.readUInt32LE(4) ? { type, payload } : undefined;
  }

  #truncate(end: number): void {
    try {
      ftruncateSync(this.#descriptor, end);
    } catch {
      // the next append writes over what is left; a torn record is dropped when the file is opened
    }
  }
}

function writeRecord(descriptor: number, offset: number, { type, payload }: LogRecord): number {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  bytes.writeUInt32LE(payload.length, 0);
  bytes.writeUInt32LE(checksum(type, payload), 4);
  bytes.writeUInt8(type, 8);
  bytes.set(payload, HEADER_BYTES);
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(descriptor, bytes, written, bytes.length - written, offset + written);
  }
  return offset + written;
}

function checksum(type: number, payload: Uint8Array): number {
  return (Bun.hash.crc32(payload) ^ Math.imul(type + 1, 0x9e3779b1)) >>> 0;
}
