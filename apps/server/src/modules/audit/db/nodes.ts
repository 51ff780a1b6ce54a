import { foldPeaks, nodesOf, type Range, type TreeNode } from '@muster/contracts/audit';
import { sql } from 'drizzle-orm';
import type { Tx } from '../../../platform/db/index.ts';
import { placeOf } from '../domain/grow-trees.ts';
import { sha256 } from '../domain/to-row.ts';
import { splitHashes } from './sequencing.ts';

/** Roots of ranges of a log, from its tiles: at most two tiles a level are read for each. */
export async function readRangeRoots(tx: Tx, orgId: string, ranges: readonly Range[]): Promise<Uint8Array[]> {
  const nodes = ranges.map(nodesOf);
  const hashes = await readNodes(tx, orgId, nodes.flat());
  return nodes.map((parts) =>
    foldPeaks(
      sha256,
      parts.map((node) => hashes.get(keyOf(node)) as Uint8Array),
    ),
  );
}

/** Roots of the complete subtrees that the first `size` rows consist of. */
export async function readPeaks(tx: Tx, orgId: string, size: number): Promise<Uint8Array[]> {
  const nodes = nodesOf({ start: 0, end: size });
  const hashes = await readNodes(tx, orgId, nodes);
  return nodes.map((node) => hashes.get(keyOf(node)) as Uint8Array);
}

async function readNodes(
  tx: Tx,
  orgId: string,
  nodes: readonly TreeNode[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const wanted = nodes.map((node) => ({ node, ...placeOf(node) }));
  const places = JSON.stringify(wanted.map(({ level, tile }) => ({ level, tile })));
  const { rows } = await tx.execute<{ level: number; tile: string; hashes: Buffer }>(sql`
    select distinct t.level, t.tile, t.hashes from audit_tiles t
    join jsonb_to_recordset(${places}::jsonb) as w(level int, tile bigint) using (level, tile)
    where t.org_id = ${orgId}`);
  const tiles = new Map(rows.map((row) => [`${row.level}/${row.tile}`, splitHashes(row.hashes)]));
  return new Map(
    wanted.map(({ node, level, tile, first, count }) => {
      const part = tiles.get(`${level}/${tile}`)?.slice(first, first + count) ?? [];
      if (part.length !== count) throw new Error(`the tree of audit log ${orgId} lacks hashes`);
      return [keyOf(node), rootOf(part)];
    }),
  );
}

/** Root over the hashes of neighbours, which are a power of two. */
function rootOf(hashes: readonly Uint8Array[]): Uint8Array {
  let level = hashes;
  while (level.length > 1) {
    const pairs: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 2) pairs.push(foldPeaks(sha256, level.slice(i, i + 2)));
    level = pairs;
  }
  return level[0] as Uint8Array;
}

function keyOf({ height, index }: TreeNode): string {
  return `${height}/${index}`;
}
