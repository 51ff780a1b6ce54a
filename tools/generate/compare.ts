import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Generator } from './generator.ts';

/** The paths where the tree and the generator disagree: changed, missing, or left over. */
export async function compareWithCommitted(root: string, generator: Generator): Promise<string[]> {
  const written = await generator.generate(root);
  const changed = [...written]
    .filter(([file, text]) => readIfThere(join(root, file)) !== text)
    .map(([file]) => file);
  return [...changed, ...findLeftovers(root, generator, new Set(written.keys()))].sort();
}

/** Files below the generator's folder that it does not write any more. */
export function findLeftovers(root: string, { output }: Generator, kept: ReadonlySet<string>): string[] {
  if (!output.endsWith('/') || !existsSync(join(root, output))) return [];
  return readdirSync(join(root, output), { recursive: true, encoding: 'utf8' })
    .map((name) => output + name.replaceAll('\\', '/'))
    .filter((file) => statSync(join(root, file)).isFile() && !kept.has(file));
}

function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
