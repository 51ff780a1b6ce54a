/** 100 ns units from 1601-01-01 (FILETIME) to 1970-01-01. */
const UNIX_EPOCH = 116_444_736_000_000_000n;

/** A FILETIME as milliseconds since the Unix epoch. */
export function fileTimeToMs(fileTime: bigint): number {
  return Number((fileTime - UNIX_EPOCH) / 10_000n);
}
