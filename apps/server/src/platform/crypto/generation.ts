import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { StoredTrust, TrustStore } from './material.ts';

/**
 * Counts this start in the database and in a file beside the keys, in that order. A database that has counted fewer
 * starts than the file is an older copy put back: commands signed after that copy are unknown to it, so the epoch rises
 * and agents refuse everything older. A copy of the whole data folder shows no difference here; the first device that
 * has seen a later command tells (`Trust.raiseEpoch`).
 */
export async function advanceGeneration(
  store: TrustStore,
  path: string,
  stored: Pick<StoredTrust, 'epoch' | 'generation'>,
): Promise<{ epoch: number; generation: number }> {
  const counted = await readGeneration(path);
  const isRestored = stored.generation < counted;
  const advanced = await store.advance({
    epoch: isRestored ? stored.epoch + 1 : stored.epoch,
    generation: Math.max(stored.generation, counted) + 1,
  });
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, `${advanced.generation}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return advanced;
}

async function readGeneration(path: string): Promise<number> {
  const text = await readFile(path, 'utf8').catch(() => '0');
  const counted = Number.parseInt(text, 10);
  return Number.isSafeInteger(counted) && counted > 0 ? counted : 0;
}
