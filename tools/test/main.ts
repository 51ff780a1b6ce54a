import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inheritedEnvironment, readEnvironment } from '../environment.ts';
import { groupTests } from './groups.ts';
import { killAllGroups, runInGroup } from './process-group.ts';
import { runCheck } from './run-check.ts';
import { runGroups } from './run-groups.ts';
import {
  addUp,
  describeFailures,
  describeFile,
  describeSecondTries,
  describeTotals,
  isGood,
  tail,
} from './summary.ts';
import { stopTestDatabases } from './test-database.ts';

const PREPARE_LIMIT_MS = 30 * 60_000;
const root = join(import.meta.dir, '..', '..');
const started = performance.now();
const environment = readEnvironment();
const patterns = process.argv.slice(2);

// Ctrl-C arrives twice: from the terminal, and from npm, which passes it on.
let isLeaving = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (isLeaving) return;
    isLeaving = true;
    killAllGroups();
    void stopTestDatabases().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  });
}

/** Brings up what machines and browsers need. Where it cannot, the tests that need it say so and are skipped. */
async function prepareLab(): Promise<void> {
  const script = 'lab/src/prepare.ts';
  if (!existsSync(join(root, script))) return;
  console.log('— prepare: what the tests of whole machines need');
  const ended = await runInGroup({
    command: process.execPath,
    args: ['--no-orphans', script],
    cwd: root,
    env: inheritedEnvironment(),
    limitMs: PREPARE_LIMIT_MS,
  });
  console.log(tail(ended.output, ended.code === 0 ? 15 : 80));
  if (ended.code !== 0)
    console.log(`prepare ended with ${ended.signal ?? ended.code}; what it could not set up is skipped`);
}

const groups = groupTests(root, patterns);
const needsLab = groups.some((group) => group.name === 'system' && group.files.length > 0);
if (needsLab) await prepareLab();
const checked = patterns.length === 0 ? await runCheck(root) : [];
const tested = await runGroups(root, groups, environment);

const results = [...checked, ...tested];
const totals = addUp(results);
console.log('\n  passed fail skip  file');
for (const line of results.flatMap(describeFile)) console.log(line);
for (const line of [...describeFailures(results), ...describeSecondTries(results)]) console.log(line);
if (results.length === 0) console.log(`no test file matches ${patterns.join(' ')}`);
if (environment.isCi && totals.skipped > 0)
  console.log('\nCI=true: what was skipped counts as a failure of this run');
console.log(`\ntook ${Math.round((performance.now() - started) / 1000)} s`);
console.log(describeTotals(totals));
process.exit(isGood(totals, environment.isCi) ? 0 : 1);
