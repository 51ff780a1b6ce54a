/** A member of a C structure, in the order of its declaration: its type and value, or a type and how many of it. */
export type Member =
  | readonly ['u8' | 'u16' | 'u32' | 'u64', number | bigint]
  | readonly ['bytes', number, Uint8Array?]
  /** UTF-16 text in an array of so many characters. */
  | readonly ['wide', number, string?]
  /** A nested structure, aligned to 8 bytes. */
  | readonly ['struct', Uint8Array];

const SIZES = { u8: 1, u16: 2, u32: 4, u64: 8 } as const;

/**
 * Lays a structure out as a C compiler does on 64-bit systems: each member at a multiple of its own size. Tests write
 * what a system would have written member by member from its header file, so that no offset is taken from the code that
 * is tested.
 */
export function writeStruct(members: readonly Member[], alignment = 8): Uint8Array {
  const parts: number[] = [];
  const align = (size: number) => {
    while (parts.length % size !== 0) parts.push(0);
  };
  for (const member of members) {
    if (member[0] === 'bytes') parts.push(...sized(member[2] ?? new Uint8Array(), member[1]));
    else if (member[0] === 'wide') {
      align(2);
      parts.push(...sized(Buffer.from(member[2] ?? '', 'utf16le'), member[1] * 2));
    } else if (member[0] === 'struct') {
      align(8);
      parts.push(...member[1]);
    } else {
      const size = SIZES[member[0]];
      align(size);
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt(member[1]));
      parts.push(...bytes.subarray(0, size));
    }
  }
  align(alignment);
  return Uint8Array.from(parts);
}

/** Several structures, one after the other. */
export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function sized(bytes: Uint8Array, size: number): Uint8Array {
  const result = new Uint8Array(size);
  result.set(bytes.subarray(0, size));
  return result;
}
