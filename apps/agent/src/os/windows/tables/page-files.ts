const ENTRY_BYTES = 32;

/** Sums SYSTEM_PAGEFILE_INFORMATION entries: offset of the next (0 at the last), size and use in pages. */
export function parsePageFiles(bytes: Uint8Array): { totalPages: number; usedPages: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let totalPages = 0;
  let usedPages = 0;
  for (let at = 0; at + ENTRY_BYTES <= bytes.length; ) {
    totalPages += view.getUint32(at + 4, true);
    usedPages += view.getUint32(at + 8, true);
    const next = view.getUint32(at, true);
    if (next === 0) break;
    at += next;
  }
  return { totalPages, usedPages };
}
