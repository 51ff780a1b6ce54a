import { createFrontier, type Frontier, leafHash, type TreeNode } from '@muster/contracts/audit';
import { sha256 } from './to-row.ts';

/** The growing edge of an organisation's tree. */
export type Tree = {
  readonly orgId: string;
  readonly size: number;
  readonly peaks: readonly Uint8Array[];
};

/** Hashes to append to a tile: 256 neighbours of the subtrees of `256 ** level` leaves. */
export type TileGrowth = {
  readonly orgId: string;
  readonly level: number;
  readonly tile: number;
  readonly hashes: Uint8Array[];
};

/** What a batch of rows adds. */
export type Growth = { readonly trees: readonly Tree[]; readonly tiles: readonly TileGrowth[] };

/** Levels of the tree between the hashes of one tile and those of the next. */
const TILE_HEIGHT = 8;
const TILE_WIDTH = 2 ** TILE_HEIGHT;

/** Appends the content hashes, in order, each to the tree of its organisation. */
export function growTrees(
  trees: readonly Tree[],
  rows: readonly { readonly orgId: string; readonly hash: Uint8Array }[],
): Growth {
  const frontiers = new Map<string, Frontier>(
    trees.map((tree) => [tree.orgId, createFrontier(sha256, tree.size, tree.peaks)]),
  );
  const tiles = new Map<string, TileGrowth>();
  for (const { orgId, hash } of rows) {
    const frontier = frontiers.get(orgId) ?? createFrontier(sha256);
    frontiers.set(orgId, frontier);
    frontier.append(leafHash(sha256, hash), (node, subtree) => {
      if (node.height % TILE_HEIGHT !== 0) return;
      const { level, tile } = placeOf(node);
      const key = `${orgId}/${level}/${tile}`;
      const growth = tiles.get(key) ?? { orgId, level, tile, hashes: [] };
      growth.hashes.push(subtree);
      tiles.set(key, growth);
    });
  }
  const grown = [...frontiers].map(([orgId, frontier]) => ({
    orgId,
    size: frontier.size(),
    peaks: frontier.peaks(),
  }));
  return { trees: grown, tiles: [...tiles.values()] };
}

/** Which hashes of which tile a complete subtree is the root of. */
export function placeOf({ height, index }: TreeNode): {
  readonly level: number;
  readonly tile: number;
  readonly first: number;
  readonly count: number;
} {
  const level = Math.floor(height / TILE_HEIGHT);
  const count = 2 ** (height % TILE_HEIGHT);
  const at = index * count;
  return { level, tile: Math.floor(at / TILE_WIDTH), first: at % TILE_WIDTH, count };
}
