/** sizeof(struct vm_statistics64) (mach/vm_statistics.h), in the 32-bit units in which its size is passed. */
export const MEMORY_WORDS = 38;
const WIRED = 12;
const PURGEABLE = 88;
const COMPRESSOR = 128;
const INTERNAL = 140;

/** Pages in use as Activity Monitor reckons it: of programs (what they could spare left out), wired, compressed. */
export function parseUsedPages(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pages = (at: number) => view.getUint32(at, true);
  return Math.max(0, pages(INTERNAL) - pages(PURGEABLE)) + pages(WIRED) + pages(COMPRESSOR);
}

/** `struct xsw_usage` (sys/sysctl.h): total, available, used. */
export function parseSwap(bytes: Uint8Array): { total: number; used: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { total: Number(view.getBigUint64(0, true)), used: Number(view.getBigUint64(16, true)) };
}
