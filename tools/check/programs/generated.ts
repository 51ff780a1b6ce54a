import { compareWithCommitted } from '../../generate/compare.ts';
import { generators } from '../../generate/generators.ts';
import type { Problem } from '../check.ts';

/** Files written by a generator that differ from what it writes today. */
export async function findStaleFiles(root: string): Promise<Problem[]> {
  const found: Problem[] = [];
  for (const generator of generators) {
    const stale = await compareWithCommitted(root, generator);
    found.push(
      ...stale.map((at) => ({
        at,
        text: `differs from what ${generator.name} writes; run npm run generate`,
      })),
    );
  }
  return found;
}
