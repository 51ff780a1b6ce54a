import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProcess } from '../check/run-process.ts';
import type { Generator } from './generator.ts';

const SOURCE = 'packages/contracts';
const require = createRequire(import.meta.url);

/** Message classes from packages/contracts/proto, by buf with the local plugin protoc-gen-es. */
export const protobuf: Generator = {
  name: 'protobuf',
  output: `${SOURCE}/src/gen/`,
  async generate(root) {
    if (!existsSync(join(root, SOURCE, 'buf.gen.yaml'))) return new Map();
    const out = mkdtempSync(join(tmpdir(), 'muster-protobuf-'));
    try {
      // buf resolves its own platform package without its install script, so it also works where scripts are blocked.
      const buf = require.resolve('@bufbuild/buf/bin/buf');
      const done = await runProcess('node', [buf, 'generate', '--output', out], join(root, SOURCE));
      if (done.code !== 0) throw new Error(`buf generate failed: ${done.stderr}`);
      return readTree(join(out, 'src/gen'), `${SOURCE}/src/gen`);
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  },
};

function readTree(folder: string, target: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
  return new Map(files.map((name) => [`${target}/${name}`, readFileSync(join(folder, name), 'utf8')]));
}
