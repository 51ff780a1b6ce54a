import { nodeHash, type Range, type Sha256, splitOf } from './merkle.ts';

/** Ranges whose roots prove that leaf `index` is in the tree of `size` leaves (RFC 6962, 2.1.1), the deepest first. */
export function inclusionRanges(index: number, size: number): Range[] {
  return path(index, 0, size);
}

function path(index: number, start: number, end: number): Range[] {
  if (end - start <= 1) return [];
  const middle = start + splitOf(end - start);
  return index < middle
    ? [...path(index, start, middle), { start: middle, end }]
    : [...path(index, middle, end), { start, end: middle }];
}

/** Ranges whose roots prove that the tree of `size` leaves begins with that of `earlier` leaves (RFC 6962, 2.1.2). */
export function consistencyRanges(earlier: number, size: number): Range[] {
  return earlier === 0 ? [] : subProof(earlier, { start: 0, end: size }, true);
}

/** `known`: the verifier has the root of the range, because it is the earlier tree itself. */
function subProof(earlier: number, { start, end }: Range, known: boolean): Range[] {
  if (start + earlier === end) return known ? [] : [{ start, end }];
  const left = splitOf(end - start);
  const middle = start + left;
  return earlier <= left
    ? [...subProof(earlier, { start, end: middle }, known), { start: middle, end }]
    : [...subProof(earlier - left, { start: middle, end }, false), { start, end: middle }];
}

/** The root that a leaf and its proof lead to; undefined for a proof that does not have the form of one. */
export function rootFromInclusion(
  sha256: Sha256,
  { leaf, index, size }: { readonly leaf: Uint8Array; readonly index: number; readonly size: number },
  proof: readonly Uint8Array[],
): Uint8Array | undefined {
  if (index < 0 || index >= size || inclusionRanges(index, size).length !== proof.length) return undefined;
  let left = proof.length;
  const climb = (at: number, leaves: number): Uint8Array => {
    if (leaves === 1) return leaf;
    const sibling = proof[--left] as Uint8Array;
    const split = splitOf(leaves);
    return at < split
      ? nodeHash(sha256, climb(at, split), sibling)
      : nodeHash(sha256, sibling, climb(at - split, leaves - split));
  };
  return climb(index, size);
}

/** A tree as a checkpoint names it. */
export type TreeHead = { readonly size: number; readonly root: Uint8Array };

/** Whether `later` is `earlier` with nothing but further leaves at its end. */
export function isConsistent(
  sha256: Sha256,
  earlier: TreeHead,
  later: TreeHead,
  proof: readonly Uint8Array[],
): boolean {
  if (earlier.size > later.size) return false;
  if (consistencyRanges(earlier.size, later.size).length !== proof.length) return false;
  if (earlier.size === 0) return true;
  let left = proof.length;
  const climb = (before: number, leaves: number, known: boolean): [Uint8Array, Uint8Array] => {
    if (before === leaves) {
      const hash = known ? earlier.root : (proof[--left] as Uint8Array);
      return [hash, hash];
    }
    const sibling = proof[--left] as Uint8Array;
    const split = splitOf(leaves);
    if (before <= split) {
      const [old, now] = climb(before, split, known);
      return [old, nodeHash(sha256, now, sibling)];
    }
    const [old, now] = climb(before - split, leaves - split, false);
    return [nodeHash(sha256, sibling, old), nodeHash(sha256, sibling, now)];
  };
  const [old, now] = climb(earlier.size, later.size, true);
  return sameBytes(old, earlier.root) && sameBytes(now, later.root);
}

/** Whether two hashes are the same. Nothing here is secret, so time does not matter. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
