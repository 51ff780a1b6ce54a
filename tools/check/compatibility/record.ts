import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CURRENT_API, RELEASED_API, RELEASED_WIRE, runBuf } from './released.ts';

// Records the contracts of a release; `npm run check` compares with them from then on. Part of making a release.

const root = join(import.meta.dir, '..', '..', '..');
mkdirSync(dirname(join(root, RELEASED_API)), { recursive: true });
const api = JSON.parse(readFileSync(join(root, CURRENT_API), 'utf8'));
writeFileSync(join(root, RELEASED_API), `${JSON.stringify(api)}\n`);
const built = await runBuf(root, ['build', '--exclude-source-info', '--output', join(root, RELEASED_WIRE)]);
if (built.code !== 0) throw new Error(`buf build failed: ${built.stderr}`);
