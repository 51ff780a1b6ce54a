import { createHash } from 'node:crypto';

/** mach-o/loader.h */
const HEADER_BYTES = 32;
const LC_SEGMENT_64 = 0x19;
const LC_CODE_SIGNATURE = 0x1d;
/** Apple's kern/cs_blobs.h; what is signed is big-endian. */
const SUPER_BLOB = 0xfade0cc0;
const SUPER_BLOB_BYTES = 20;
const CODE_DIRECTORY = 0xfade0c02;
const CODE_DIRECTORY_BYTES = 88;
const VERSION = 0x20400;
/** Signed by nobody (ad hoc), and by the one who linked it. */
const FLAGS = 0x20002;
const MAIN_BINARY = 1n;
const SHA256 = 2;
const HASH_BYTES = 32;
const PAGE_BITS = 12;

/**
 * Gives a program for macOS a new ad-hoc signature in place of the one it has. The runtime's own signature no longer
 * fits once an agent has been put into it, and the kernel ends a program at the first page that does not match; Bun signs
 * anew only what it builds for Apple's own processors. Changes `program`; throws when there is no room for a signature.
 */
export function signMachO(program: Buffer, identifier: string): void {
  const { place, size, textAt, textBytes } = findSignature(program);
  const name = Buffer.from(`${identifier}\0`);
  const pages = Math.ceil(place / (1 << PAGE_BITS));
  const directoryBytes = CODE_DIRECTORY_BYTES + name.length + pages * HASH_BYTES;
  if (SUPER_BLOB_BYTES + directoryBytes > size) throw new Error('the program has no room for a signature');

  const blob = Buffer.alloc(size);
  writeWords(blob, 0, [SUPER_BLOB, SUPER_BLOB_BYTES + directoryBytes, 1, 0, SUPER_BLOB_BYTES]);
  const directory = blob.subarray(SUPER_BLOB_BYTES, SUPER_BLOB_BYTES + directoryBytes);
  const hashesAt = CODE_DIRECTORY_BYTES + name.length;
  const words = [
    CODE_DIRECTORY,
    directoryBytes,
    VERSION,
    FLAGS,
    hashesAt,
    CODE_DIRECTORY_BYTES,
    0,
    pages,
    place,
  ];
  writeWords(directory, 0, words);
  directory.set([HASH_BYTES, SHA256, 0, PAGE_BITS], 36);
  directory.writeBigUInt64BE(textAt, 64);
  directory.writeBigUInt64BE(textBytes, 72);
  directory.writeBigUInt64BE(MAIN_BINARY, 80);
  directory.set(name, CODE_DIRECTORY_BYTES);
  for (let page = 0; page < pages; page++) {
    const from = page << PAGE_BITS;
    const bytes = program.subarray(from, Math.min(from + (1 << PAGE_BITS), place));
    directory.set(createHash('sha256').update(bytes).digest(), hashesAt + page * HASH_BYTES);
  }
  program.set(blob, place);
}

/** Where the signature lies, which is also where what is signed ends; and the segment of the program's code. */
function findSignature(program: Buffer): { place: number; size: number; textAt: bigint; textBytes: bigint } {
  let found: { place: number; size: number } | undefined;
  let text: { textAt: bigint; textBytes: bigint } | undefined;
  let at = HEADER_BYTES;
  for (let left = program.readUInt32LE(16); left > 0; left--) {
    const command = program.readUInt32LE(at);
    if (command === LC_CODE_SIGNATURE) {
      found = { place: program.readUInt32LE(at + 8), size: program.readUInt32LE(at + 12) };
    }
    if (command === LC_SEGMENT_64 && program.toString('latin1', at + 8, at + 15) === '__TEXT\0') {
      text = { textAt: program.readBigUInt64LE(at + 40), textBytes: program.readBigUInt64LE(at + 48) };
    }
    at += program.readUInt32LE(at + 4);
  }
  if (!found || !text) throw new Error('this is no signed program for macOS');
  return { ...found, ...text };
}

function writeWords(target: Buffer, at: number, words: readonly number[]): void {
  for (const [index, word] of words.entries()) target.writeUInt32BE(word, at + index * 4);
}
