import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

const BUILD = join('apps', 'agent', 'src', 'build');
const ROOT = join(import.meta.dir, '..', '..', '..', '..', '..', '..');

/** Lays out in `folder` as much of a checkout as a build needs: the agent's real build program around `source`. */
export async function layAgentCheckout(folder: string, source: string): Promise<void> {
  await mkdir(join(folder, 'packages', 'contracts', 'src'), { recursive: true });
  await Bun.write(join(folder, 'package-lock.json'), '{}');
  await Bun.write(join(folder, 'apps', 'agent', 'package.json'), '{}');
  await cp(join(ROOT, BUILD), join(folder, BUILD), { recursive: true });
  await writeAgentSource(folder, source);
}

/** Changes the agent's source in that checkout. */
export async function writeAgentSource(folder: string, source: string): Promise<void> {
  await Bun.write(join(folder, 'apps', 'agent', 'src', 'main.ts'), source);
}
