import { join } from 'node:path';
import { allChecks } from './all-checks.ts';
import { runChecks, SHOWN_PROBLEMS } from './run-checks.ts';

const root = join(import.meta.dir, '..', '..');
const started = performance.now();
const wanted = process.argv.slice(2);

// `npm run check -- walls` runs only the checks whose name contains that word.
const checks = allChecks(root, { withUnitTests: true }).filter(
  ({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)),
);
const shownProblems = wanted.length === 0 ? SHOWN_PROBLEMS : Number.POSITIVE_INFINITY;
const outcomes = await runChecks(root, checks, { shownProblems });
const failed = outcomes.filter(({ problems }) => problems.length > 0).length;
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(`\n${outcomes.length - failed} checks passed, ${failed} failed, in ${seconds} s`);
process.exit(failed === 0 && outcomes.length > 0 ? 0 : 1);
