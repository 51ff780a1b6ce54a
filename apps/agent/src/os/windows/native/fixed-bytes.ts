/**
 * Bytes whose address stays the same for as long as they live. The engine keeps small typed arrays in a place of its own
 * and moves them when something asks for their buffer: a pointer that Windows wrote into such an array would dangle.
 */
export function fixedBytes(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new ArrayBuffer(size));
}
