import { expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import {
  createFrontier,
  foldPeaks,
  leafHash,
  nodeHash,
  nodesOf,
  type Range,
  type TreeNode,
} from './merkle.ts';
import { consistencyRanges, inclusionRanges, isConsistent, rootFromInclusion } from './proofs.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const leavesOf = (n: number, seed = 0) =>
  Array.from({ length: n }, (_, i) => leafHash(sha256, new TextEncoder().encode(`${seed}:${i}`)));

/** MTH of RFC 6962, word for word. */
function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha256(new Uint8Array());
  if (leaves.length === 1) return leaves[0] as Uint8Array;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(sha256, naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
}

const resolve = (leaves: readonly Uint8Array[]) => (ranges: readonly Range[]) =>
  ranges.map(({ start, end }) => naiveRoot(leaves.slice(start, end)));

function grown(leaves: readonly Uint8Array[], onNode?: (node: TreeNode, hash: Uint8Array) => void) {
  const frontier = createFrontier(sha256);
  for (const leaf of leaves) frontier.append(leaf, onNode);
  return frontier;
}

test('the tree has the roots that Certificate Transparency publishes for its test leaves', () => {
  const inputs = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ];
  const leaves = inputs.map((text) => leafHash(sha256, new Uint8Array(Buffer.from(text, 'hex'))));
  expect(hex(grown([]).root())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(hex(grown(leaves.slice(0, 1)).root())).toBe(
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  );
  expect(hex(grown(leaves).root())).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328');
});

test('SE-8: a tree grown leaf by leaf, from any point on, has the root of the naive tree', () => {
  fc.assert(
    fc.property(fc.nat(300), fc.nat(300), fc.nat(), (first, more, seed) => {
      const leaves = leavesOf(first + more, seed);
      const before = grown(leaves.slice(0, first));
      const continued = createFrontier(sha256, first, before.peaks().slice());
      for (const leaf of leaves.slice(first)) continued.append(leaf);
      expect(hex(continued.root())).toBe(hex(naiveRoot(leaves)));
    }),
    { numRuns: 60 },
  );
});

test('every complete subtree is told of once, with its root, and ranges are made of them', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), (size) => {
      const leaves = leavesOf(size);
      const told = new Map<string, Uint8Array>();
      grown(leaves, ({ height, index }, hash) => told.set(`${height}/${index}`, hash));
      for (const range of [
        { start: 0, end: size },
        ...inclusionRanges(size - 1, size),
        ...inclusionRanges(0, size),
      ]) {
        const hashes = nodesOf(range).map(
          ({ height, index }) => told.get(`${height}/${index}`) as Uint8Array,
        );
        expect(hex(foldPeaks(sha256, hashes))).toBe(hex(naiveRoot(leaves.slice(range.start, range.end))));
      }
    }),
    { numRuns: 60 },
  );
});

test('SE-8: every leaf can be proven, and no other leaf by the same proof', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 130 }), fc.nat(), fc.nat(), (size, at, other) => {
      const leaves = leavesOf(size);
      const index = at % size;
      const proof = resolve(leaves)(inclusionRanges(index, size));
      const root = hex(naiveRoot(leaves));
      const climb = (leaf: Uint8Array, claimed: number) =>
        rootFromInclusion(sha256, { leaf, index: claimed, size }, proof);
      expect(hex(climb(leaves[index] as Uint8Array, index) as Uint8Array)).toBe(root);
      const wrong = other % size;
      if (wrong !== index) {
        expect(hex(climb(leaves[wrong] as Uint8Array, index) as Uint8Array)).not.toBe(root);
        const moved = climb(leaves[index] as Uint8Array, wrong);
        expect(moved && hex(moved)).not.toBe(root);
      }
      expect(climb(leaves[index] as Uint8Array, size)).toBeUndefined();
    }),
    { numRuns: 200 },
  );
});

test('SE-8: a grown tree is consistent with every earlier one, and with none whose past differs', () => {
  fc.assert(
    fc.property(fc.nat(130), fc.nat(130), fc.nat(), (first, more, at) => {
      const leaves = leavesOf(first + more);
      const proof = resolve(leaves)(consistencyRanges(first, leaves.length));
      const earlier = { size: first, root: naiveRoot(leaves.slice(0, first)) };
      const later = { size: leaves.length, root: naiveRoot(leaves) };
      expect(isConsistent(sha256, earlier, later, proof)).toBe(true);
      if (more > 0) expect(isConsistent(sha256, later, earlier, proof)).toBe(false);
      if (first === 0) return;
      const forged = [...leaves];
      forged[at % first] = leafHash(sha256, new Uint8Array([9]));
      const forgedProof = resolve(forged)(consistencyRanges(first, forged.length));
      const forgedLater = { size: forged.length, root: naiveRoot(forged) };
      expect(isConsistent(sha256, earlier, forgedLater, forgedProof)).toBe(false);
    }),
    { numRuns: 200 },
  );
});
