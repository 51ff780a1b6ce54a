import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Finished, runProcess } from '../run-process.ts';

/** The contracts as the last release had them. */
export const RELEASED_API = 'packages/contracts/released/openapi.gen.json';
/** The same for the protobuf files: buf's image of them. */
export const RELEASED_WIRE = 'packages/contracts/released/wire.gen.json';
/** The API as it is. */
export const CURRENT_API = 'docs/reference/openapi.gen.json';

const require = createRequire(import.meta.url);

/** Runs buf where the protobuf files are. */
export function runBuf(root: string, args: readonly string[]): Promise<Finished> {
  const buf = require.resolve('@bufbuild/buf/bin/buf');
  return runProcess('node', [buf, ...args], join(root, 'packages/contracts'));
}
