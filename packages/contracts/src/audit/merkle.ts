/** SHA-256 of bytes. Handed in, because browser, server and command line each have a fast one of their own. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** Bytes of one hash. */
export const HASH_BYTES = 32;

/** A complete subtree: `2 ** height` leaves, of which the first is `index * 2 ** height`. */
export type TreeNode = { readonly height: number; readonly index: number };

/** Leaves from `start` up to, not including, `end`. */
export type Range = { readonly start: number; readonly end: number };

/** Hash of a leaf (RFC 6962, 2.1): the leading 0 keeps leaves and inner nodes apart. */
export function leafHash(sha256: Sha256, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + content.length);
  bytes.set(content, 1);
  return sha256(bytes);
}

/** Hash of an inner node (RFC 6962, 2.1). */
export function nodeHash(sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + 2 * HASH_BYTES);
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, 1 + HASH_BYTES);
  return sha256(bytes);
}

/** Root over complete subtrees, the largest and leftmost first; of none: the hash of nothing. */
export function foldPeaks(sha256: Sha256, peaks: readonly Uint8Array[]): Uint8Array {
  const last = peaks.at(-1);
  if (!last) return sha256(new Uint8Array());
  return peaks.slice(0, -1).reduceRight((right, left) => nodeHash(sha256, left, right), last);
}

/** The growing edge of a tree: all that appending needs of the leaves before. */
export type Frontier = {
  readonly size: () => number;
  /** Roots of the complete subtrees, the largest first. */
  readonly peaks: () => readonly Uint8Array[];
  readonly root: () => Uint8Array;
  /** Appends the hash of a leaf; `onNode` hears of each subtree that is complete with it, the leaf itself first. */
  readonly append: (leaf: Uint8Array, onNode?: (node: TreeNode, hash: Uint8Array) => void) => void;
};

/** Continues a tree of `size` leaves from its peaks, which must be as many as `size` has ones in binary. */
export function createFrontier(sha256: Sha256, size = 0, peaks: readonly Uint8Array[] = []): Frontier {
  if (peaks.length !== nodesOf({ start: 0, end: size }).length) {
    throw new Error(`a tree of ${size} leaves does not have ${peaks.length} peaks`);
  }
  const stack = [...peaks];
  let count = size;
  return {
    size: () => count,
    peaks: () => stack,
    root: () => foldPeaks(sha256, stack),
    append: (leaf, onNode) => {
      let hash = leaf;
      let height = 0;
      let index = count;
      onNode?.({ height, index }, hash);
      for (; index % 2 === 1; height++) {
        hash = nodeHash(sha256, stack.pop() as Uint8Array, hash);
        index = (index - 1) / 2;
        onNode?.({ height: height + 1, index }, hash);
      }
      stack.push(hash);
      count++;
    },
  };
}

/** The complete subtrees, from left to right, that a range of the tree consists of; `start` is aligned as in RFC 6962. */
export function nodesOf({ start, end }: Range): TreeNode[] {
  const nodes: TreeNode[] = [];
  for (let at = start; at < end; ) {
    const height = Math.floor(Math.log2(end - at));
    nodes.push({ height, index: at / 2 ** height });
    at += 2 ** height;
  }
  return nodes;
}

/** The largest power of two below `n`, where RFC 6962 splits a tree of `n` > 1 leaves. */
export function splitOf(n: number): number {
  return 2 ** Math.ceil(Math.log2(n) - 1);
}
