import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../check.ts';
import { runProcess } from '../run-process.ts';
import { listFiles } from '../tree.ts';
import { locateProgram } from './locate.ts';

const CONFIG = join(import.meta.dir, '..', 'walls.config.cjs');
const FOLDERS = ['apps', 'packages', 'lab', 'bench', 'e2e', 'tools'];

interface Report {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
      readonly cycle?: readonly { readonly name: string }[];
    }[];
  };
}

/** Imports that cross a wall, or that go round in a circle. The walls stand in walls.config.cjs. */
export async function findCrossedWalls(root: string): Promise<Problem[]> {
  const folders = FOLDERS.filter((folder) => existsSync(join(root, folder)));
  const program = locateProgram('dependency-cruiser', 'bin/dependency-cruise.mjs');
  const args = [program, '--config', CONFIG, '--output-type', 'json', ...folders];
  const done = await runProcess('node', args, root);
  if (!done.stdout.startsWith('{')) return [{ at: 'dependency-cruiser', text: done.stderr + done.stdout }];
  return judgeReport(JSON.parse(done.stdout) as Report, filesToRead(root));
}

/**
 * What a report of dependency-cruiser amounts to. A file that it has not read is a problem too: with a compiler that
 * it does not understand it reads nothing, finds nothing, and passes.
 */
export function judgeReport(report: Report, files: readonly string[]): Problem[] {
  const read = new Set(report.modules.map((module) => module.source));
  const unread = files.filter((file) => !read.has(file));
  if (files.length === 0 || unread.length === files.length) {
    return [{ at: 'walls', text: 'dependency-cruiser read no modules, so it proves nothing' }];
  }
  return [
    ...unread.map((file) => ({ at: file, text: 'was not read by dependency-cruiser' })),
    ...report.summary.violations.map(({ from, to, rule, cycle }) => ({
      at: from,
      text: `${rule.name}: imports ${cycle ? cycle.map((step) => step.name).join(' → ') : to}`,
    })),
  ];
}

function filesToRead(root: string): string[] {
  return listFiles(root).filter((file) => /\.tsx?$/.test(file) && FOLDERS.includes(file.split('/')[0] ?? ''));
}
