/** A string as Windows takes it: UTF-16, ended by a zero. */
export function toWide(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'utf16le');
}

/** Several strings, each ended by a zero, the list by another (REG_MULTI_SZ). */
export function toWideList(texts: readonly string[]): Buffer {
  return Buffer.from(`${texts.map((text) => `${text}\0`).join('')}\0`, 'utf16le');
}

/** UTF-16 text at `offset`, up to its zero or to `maxBytes`. */
export function fromWide(bytes: Uint8Array, offset = 0, maxBytes = bytes.length - offset): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + offset, maxBytes).toString('utf16le');
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}
