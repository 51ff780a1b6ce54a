import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endsWith } from './ending.ts';

/** A new folder that goes away with the benchmark at the latest. */
export function makeFolder(): { readonly path: string; remove(): Promise<void> } {
  const path = mkdtempSync(join(tmpdir(), 'muster-bench-'));
  return { path, remove: endsWith(async () => rmSync(path, { recursive: true, force: true })) };
}
