import { runTests } from '../../test/run-tests.ts';
import type { Problem } from '../check.ts';
import { isTest, listFiles } from '../tree.ts';

const FAST = /^packages\/|^apps\/server\/src\/modules\/[^/]+\/domain\//;
const TIME_LIMIT_MS = 10 * 60_000;

/** The tests that need no database, no process and no machine: packages, and the pure domain of each module. */
export async function findFailingUnitTests(root: string): Promise<Problem[]> {
  const files = listFiles(root).filter(
    (file) => isTest(file) && !file.endsWith('.db.test.ts') && FAST.test(file),
  );
  if (files.length === 0) return [];
  const run = await runTests({
    root,
    files,
    limitMs: TIME_LIMIT_MS,
    args: ['--only-failures', '--timeout=120000'],
    env: {},
  });
  return run.files
    .filter((file) => file.problem !== undefined)
    .map((file) => ({ at: file.file, text: `${file.problem}\n${run.output}` }));
}
