import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compareWithCommitted, findLeftovers } from './compare.ts';
import type { Generator } from './generator.ts';
import { generators } from './generators.ts';

const root = join(import.meta.dir, '..', '..');

async function write(generator: Generator): Promise<void> {
  const written = await generator.generate(root);
  const changed = await compareWithCommitted(root, generator);
  for (const file of findLeftovers(root, generator, new Set(written.keys()))) rmSync(join(root, file));
  for (const [file, text] of written) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  console.log(`${generator.name}: ${changed.length === 0 ? 'unchanged' : changed.join(', ')}`);
}

for (const generator of generators) await write(generator);
