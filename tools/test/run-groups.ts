import type { Environment } from '../environment.ts';
import type { Group } from './groups.ts';
import { type Batch, type FileResult, runTests } from './run-tests.ts';
import { tail } from './summary.ts';
import { startTestDatabase } from './test-database.ts';

const MINUTE_MS = 60_000;
const TAIL_LINES = 150;
const RETOLD_LINES = 40;

/**
 * How the files of each group are run: how many share a process, how long a file and a single test may take, and how often
 * a file is tried. Machines, Wine and emulated processors share whatever runs the tests: a file of theirs that fails gets a
 * second try, and both outcomes are printed.
 */
const WAYS = {
  unit: {
    shared: true,
    tries: 1,
    limitMs: 10 * MINUTE_MS,
    args: ['--parallel=2', '--only-failures', '--timeout=30000'],
  },
  database: { shared: false, tries: 1, limitMs: 5 * MINUTE_MS, args: ['--only-failures', '--timeout=60000'] },
  system: { shared: false, tries: 2, limitMs: 10 * MINUTE_MS, args: ['--only-failures', '--timeout=180000'] },
} as const;

/** Runs the groups one after the other. The database groups share one PostgreSQL, in which each file has databases of its own. */
export async function runGroups(
  root: string,
  groups: readonly Group[],
  environment: Environment,
): Promise<FileResult[]> {
  const needsDatabase = groups.some((group) => group.name !== 'unit' && group.files.length > 0);
  const url = environment.testDatabaseUrl;
  const database = needsDatabase && url === undefined ? await startTestDatabase() : undefined;
  const databaseUrl = url ?? database?.url;
  const env: Record<string, string> =
    databaseUrl === undefined ? {} : { MUSTER_TEST_DATABASE_URL: databaseUrl };
  try {
    const results: FileResult[] = [];
    for (const group of groups) results.push(...(await runGroup(root, group, env)));
    return results;
  } finally {
    await database?.stop();
  }
}

async function runGroup(root: string, group: Group, env: Record<string, string>): Promise<FileResult[]> {
  if (group.files.length === 0) return [];
  const { shared, tries, limitMs, args } = WAYS[group.name];
  console.log(`\n— ${group.name}: ${group.files.length} files`);
  const batches = shared ? [group.files] : group.files.map((file) => [file]);
  const results: FileResult[] = [];
  for (const files of batches) results.push(...(await runBatch({ root, files, limitMs, args, env }, tries)));
  return results;
}

async function runBatch(batch: Batch, tries: number, earlier?: string): Promise<FileResult[]> {
  const { files, output, ms } = await runTests(batch);
  const name = batch.files.length === 1 ? batch.files[0] : `${batch.files.length} files`;
  const failing = files.filter((file) => file.problem !== undefined);
  console.log(`${failing.length === 0 ? '✓' : '✗'} ${name}  ${(ms / 1000).toFixed(1)} s`);
  const retold = files.map((file) => (earlier === undefined ? file : { ...file, earlier }));
  if (failing.length === 0) return retold;
  console.log(tail(output, TAIL_LINES));
  if (tries <= 1) {
    const end = tail(output, RETOLD_LINES);
    return retold.map((file) => (file.problem === undefined ? file : { ...file, output: end }));
  }
  console.log(`↻ ${name} gets a second try; what failed above is worth a look even if it passes now`);
  return runBatch(batch, tries - 1, failing.map((file) => file.problem).join('; '));
}
