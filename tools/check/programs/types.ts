import { dirname } from 'node:path';
import type { Check, Problem } from '../check.ts';
import { runProcess } from '../run-process.ts';
import { listFiles } from '../tree.ts';
import { locateProgram } from './locate.ts';

/** One check for each workspace that has a tsconfig.json and something to compile. */
export function typeChecks(root: string): Check[] {
  const files = listFiles(root);
  return files
    .filter((file) => file.endsWith('/tsconfig.json'))
    .map((file) => dirname(file))
    .filter((folder) => files.some((file) => file.startsWith(`${folder}/`) && /\.tsx?$/.test(file)))
    .map((folder) => ({ name: `types ${folder}`, find: () => findTypeErrors(root, folder) }));
}

/** What the TypeScript compiler says about one workspace. */
export async function findTypeErrors(root: string, folder: string): Promise<Problem[]> {
  const tsc = locateProgram('typescript', 'bin/tsc');
  const done = await runProcess('node', [tsc, '--noEmit', '--pretty', 'false', '-p', folder], root);
  if (done.code === 0) return [];
  const problems = [...done.stdout.matchAll(/^(\S.*?)\((\d+),\d+\): error (.*)$/gm)].map(
    ([, file, line, text]) => ({
      at: `${file}:${line}`,
      text: text ?? '',
    }),
  );
  return problems.length > 0 ? problems : [{ at: folder, text: done.stdout + done.stderr }];
}
