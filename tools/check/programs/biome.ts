import { realpathSync } from 'node:fs';
import { relative } from 'node:path';
import type { Problem } from '../check.ts';
import { runProcess } from '../run-process.ts';
import { locateProgram } from './locate.ts';

const ANNOTATION = /^::error (.*?)::(.*)$/gm;

/** Format and lint, both by Biome: also `any`, the length of functions and the number of their parameters. */
export async function findBiomeErrors(root: string): Promise<Problem[]> {
  const biome = locateProgram('@biomejs/biome', 'bin/biome');
  const done = await runProcess(
    'node',
    [biome, 'ci', '--reporter=github', '--max-diagnostics=500', '.'],
    root,
  );
  const problems = [...done.stdout.matchAll(ANNOTATION)].map(([, fields, text]) => {
    const field = (name: string) => new RegExp(`(?:^|,)${name}=([^,]*)`).exec(fields ?? '')?.[1] ?? '';
    return {
      at: `${relative(realpathSync(root), field('file'))}:${field('line')}`,
      text: `${field('title')}: ${text}`,
    };
  });
  if (done.code !== 0 && problems.length === 0) return [{ at: 'biome', text: done.stderr + done.stdout }];
  return problems;
}
