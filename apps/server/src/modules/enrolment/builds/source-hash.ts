import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What an agent is compiled from, relative to the checkout. */
const SOURCES = ['apps/agent/src', 'apps/agent/package.json', 'packages/contracts/src', 'package-lock.json'];
const SHIPPED = /\.(ts|json)$/;
const TESTS = /\.test\.ts$/;

/** Twelve hex digits that change with any file an agent is compiled from. */
export async function sourceHash(checkout: string): Promise<string> {
  const hash = createHash('sha256');
  for (const path of (await listSources(checkout)).sort()) {
    hash.update(`${path}\0`).update(await readFile(join(checkout, path)));
  }
  return hash.digest('hex').slice(0, 12);
}

async function listSources(checkout: string): Promise<string[]> {
  const found: string[] = [];
  for (const source of SOURCES) {
    if (SHIPPED.test(source)) {
      found.push(source);
      continue;
    }
    for await (const file of new Bun.Glob('**/*').scan({ cwd: join(checkout, source) })) {
      if (SHIPPED.test(file) && !TESTS.test(file)) found.push(`${source}/${file.replaceAll('\\', '/')}`);
    }
  }
  return found;
}
