import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../check.ts';
import { readText } from '../tree.ts';
import { type ApiDescription, compareApis } from './compare-openapi.ts';
import { CURRENT_API, RELEASED_API, RELEASED_WIRE, runBuf } from './released.ts';

/**
 * What would break a client or an agent that was made for the last release (foundations 7: v1 only grows). A release
 * records its contracts with tools/check/compatibility/record.ts.
 */
export async function findBreaks(root: string): Promise<Problem[]> {
  const missing = [RELEASED_API, RELEASED_WIRE].filter((file) => !existsSync(join(root, file)));
  if (missing.length > 0) return missing.map((at) => ({ at, text: 'is missing: nothing to compare with' }));
  return [...findApiBreaks(root), ...(await findWireBreaks(root))];
}

function findApiBreaks(root: string): Problem[] {
  const [before, after] = [RELEASED_API, CURRENT_API].map(
    (file): ApiDescription => JSON.parse(readText(root, file)),
  );
  return compareApis(before ?? {}, after ?? {}).map((text) => ({ at: CURRENT_API, text }));
}

async function findWireBreaks(root: string): Promise<Problem[]> {
  const against = RELEASED_WIRE.replace('packages/contracts/', '');
  const { code, stdout, stderr } = await runBuf(root, ['breaking', '--against', against]);
  if (code === 0) return [];
  const lines = stdout.split('\n').filter((line) => line !== '');
  if (lines.length === 0) return [{ at: RELEASED_WIRE, text: `buf could not compare: ${stderr.trim()}` }];
  return lines.map((line) => {
    const [, file = '', row = '', text = line] = /^([^:]+):(\d+):\d+:(.*)$/.exec(line) ?? [];
    return { at: `packages/contracts/${file}:${row}`, text };
  });
}
