import { runProcess } from '../check/run-process.ts';
import type { Generator } from './generator.ts';

/** A generator whose one file is what a Bun program of the repository prints. */
export function fromCommand(name: string, output: string, program: readonly string[]): Generator {
  return {
    name,
    output,
    async generate(root) {
      const done = await runProcess(process.execPath, program, root);
      if (done.code !== 0) throw new Error(`${name}: ${program.join(' ')} failed: ${done.stderr}`);
      return new Map([[output, done.stdout]]);
    },
  };
}
