import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inheritedEnvironment } from '../environment.ts';
import { type Counts, readJunit } from './junit.ts';
import { type Ended, runInGroup } from './process-group.ts';

/** Test files that share one process, and what that process gets. */
export interface Batch {
  readonly root: string;
  readonly files: readonly string[];
  readonly limitMs: number;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** One test file after its run. */
export interface FileResult extends Counts {
  readonly file: string;
  /** Why the file does not count as passed, if it does not. */
  readonly problem: string | undefined;
  /** What was wrong at an earlier try of a file that got another one. */
  readonly earlier?: string;
  /** The end of what its process printed, where something is wrong; files of one process share it. */
  readonly output?: string;
}

/** A batch after its run. */
export interface BatchResult {
  readonly files: readonly FileResult[];
  readonly output: string;
  readonly ms: number;
}

const NOTHING: Counts = { passed: 0, failed: [], skipped: [] };

/** Runs a batch of test files with `bun test` and reads the counts from its report, never from its words. */
export async function runTests(batch: Batch): Promise<BatchResult> {
  // Ignored by git, and found again by a person when a run was interrupted.
  const reports = join(batch.root, '.cache', 'reports');
  const report = join(reports, `${randomUUID()}.xml`);
  mkdirSync(reports, { recursive: true });
  try {
    const ended = await runInGroup({
      command: process.execPath,
      args: [
        '--no-orphans',
        'test',
        ...batch.args,
        '--reporter=junit',
        `--reporter-outfile=${report}`,
        ...batch.files.map((file) => `./${file}`),
      ],
      cwd: batch.root,
      env: { ...inheritedEnvironment(), ...batch.env },
      limitMs: batch.limitMs,
    });
    const counts = readJunit(existsSync(report) ? readFileSync(report, 'utf8') : '');
    return { files: judge(batch, ended, counts), output: ended.output, ms: ended.ms };
  } finally {
    rmSync(report, { force: true });
  }
}

/** What a run amounts to: a file without any test, a time limit and a crash are failures like a failed test. */
export function judge(
  batch: Pick<Batch, 'files' | 'limitMs'>,
  ended: Pick<Ended, 'code' | 'signal' | 'timedOut' | 'output'>,
  counts: ReadonlyMap<string, Counts>,
): FileResult[] {
  const results = batch.files.map((file): FileResult => {
    const found = explainSkips(counts.get(file) ?? NOTHING, ended.output);
    return { file, ...found, problem: findProblem(found, ended, batch.limitMs) };
  });
  // The process failed though each test passed: an error between tests. Which file it was only the output says.
  const first = results[0];
  if (first === undefined || ended.code === 0 || results.some((result) => result.problem !== undefined))
    return results;
  const how = ended.signal ?? `exit code ${ended.code}`;
  return [{ ...first, problem: `its process ended with ${how} outside of any test` }, ...results.slice(1)];
}

/** Skips without a reason of their own take the reasons that the process printed as `SKIPPED: what: why`. */
function explainSkips(counts: Counts, output: string): Counts {
  const printed = [...new Set([...output.matchAll(/^SKIPPED: (.+)$/gm)].map(([, reason]) => reason))].join(
    '; ',
  );
  if (printed === '') return counts;
  const skipped = counts.skipped.map(({ title, reason }) => ({ title, reason: reason || printed }));
  return { ...counts, skipped };
}

function findProblem(
  { passed, failed, skipped }: Counts,
  ended: Pick<Ended, 'timedOut'>,
  limitMs: number,
): string | undefined {
  if (failed.length > 0) return `${failed.length} failed: ${failed.join('; ')}`;
  if (passed + skipped.length > 0) return undefined;
  return ended.timedOut ? `stopped after ${limitMs / 1000} s` : 'ran no test, or failed to load';
}
