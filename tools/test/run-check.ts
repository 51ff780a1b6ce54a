import { allChecks } from '../check/all-checks.ts';
import { runChecks } from '../check/run-checks.ts';
import type { FileResult } from './run-tests.ts';

/** Runs the checks as part of the tests: each counts as one. Unit tests come later in the same run, so not here. */
export async function runCheck(root: string): Promise<FileResult[]> {
  console.log('— check');
  const outcomes = await runChecks(root, allChecks(root, { withUnitTests: false }));
  return outcomes.map(({ name, problems }) => ({
    file: `check: ${name}`,
    passed: problems.length === 0 ? 1 : 0,
    failed: problems.length === 0 ? [] : [name],
    skipped: [],
    problem: problems.length === 0 ? undefined : `${problems.length} problems, first: ${problems[0]?.text}`,
  }));
}
