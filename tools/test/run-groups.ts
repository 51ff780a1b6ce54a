import type { Environment } from '../environment.ts';
import type { Group } from './groups.ts';
import { type Batch, type FileResult, runTests } from './run-tests.ts';
import { tail } from './summary.ts';
import { startTestDatabase } from './test-database.ts';

const MINUTE_MS = 60_000;
const TAIL_LINES = 150;
const RETOLD_LINES = 40;

/**
 * How the files of each group are run: how many share a process, and how long a file and a single test may take. The limits
 * are for what hangs: nothing in them says how fast a machine is.
 */
const WAYS = {
  unit: {
    shared: true,
    limitMs: 30 * MINUTE_MS,
    args: ['--parallel=2', '--only-failures', '--timeout=120000'],
  },
  database: { shared: false, limitMs: 15 * MINUTE_MS, args: ['--only-failures', '--timeout=180000'] },
  system: { shared: false, limitMs: 20 * MINUTE_MS, args: ['--only-failures', '--timeout=300000'] },
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
  const { shared, limitMs, args } = WAYS[group.name];
  console.log(`\n— ${group.name}: ${group.files.length} files`);
  const batches = shared ? [group.files] : group.files.map((file) => [file]);
  const results: FileResult[] = [];
  for (const files of batches) results.push(...(await runTwice({ root, files, limitMs, args, env })));
  return results;
}

/**
 * A file that fails gets a second try, whatever kind it is: who reads a run learns whether it always fails. What a first try
 * was is told with the file and once more at the end, so that a pass at the second try hides nothing.
 */
export async function runTwice(batch: Batch): Promise<FileResult[]> {
  const first = await runOnce(batch);
  const again = filesToRepeat(first);
  if (again.length === 0) return first;
  const what = again.length === 1 ? 'this file gets' : `these ${again.length} files get`;
  console.log(`↻ ${what} a second try; what failed above is worth a look even if it passes now`);
  const second = new Map((await runOnce({ ...batch, files: again })).map((result) => [result.file, result]));
  return first.map((before) => {
    const after = second.get(before.file) ?? before;
    return before.problem === undefined ? after : { ...after, earlier: before.problem };
  });
}

/** Those that failed; all of them where the process failed though each test passed, which may be the fault of each. */
export function filesToRepeat(results: readonly FileResult[]): string[] {
  const failing = results.filter((file) => file.problem !== undefined);
  const isUnplaced = failing.some(({ passed, failed }) => passed > 0 && failed.length === 0);
  return (isUnplaced ? results : failing).map((file) => file.file);
}

async function runOnce(batch: Batch): Promise<FileResult[]> {
  const { files, output, ms } = await runTests(batch);
  const name = batch.files.length === 1 ? batch.files[0] : `${batch.files.length} files`;
  const isGood = files.every((file) => file.problem === undefined);
  console.log(`${isGood ? '✓' : '✗'} ${name}  ${(ms / 1000).toFixed(1)} s`);
  if (isGood) return [...files];
  console.log(tail(output, TAIL_LINES));
  const end = tail(output, RETOLD_LINES);
  return files.map((file) => (file.problem === undefined ? file : { ...file, output: end }));
}
