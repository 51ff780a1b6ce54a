import type { Check, Problem } from './check.ts';

const AT_ONCE = 2;
/** How many problems of each check are printed when many run. */
export const SHOWN_PROBLEMS = 40;

/** How many problems of each check are printed; all of them count. */
export interface Shown {
  readonly shownProblems: number;
}

/** A check after its run. */
export interface Outcome {
  readonly name: string;
  readonly problems: readonly Problem[];
}

/** Runs checks two at a time and prints one line for each as it ends, with its problems below it. */
export async function runChecks(
  root: string,
  checks: readonly Check[],
  shown: Shown = { shownProblems: SHOWN_PROBLEMS },
): Promise<Outcome[]> {
  const waiting = [...checks];
  const outcomes: Outcome[] = [];
  const work = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      outcomes.push(await runOne(root, check, shown));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return outcomes;
}

async function runOne(root: string, { name, find }: Check, { shownProblems }: Shown): Promise<Outcome> {
  const started = performance.now();
  const problems = await collect(root, find);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${problems.length === 0 ? '✓' : '✗'} ${name}  ${seconds} s`);
  for (const { at, text } of problems.slice(0, shownProblems)) console.log(`    ${at}  ${text}`);
  if (problems.length > shownProblems) {
    console.log(`    … and ${problems.length - shownProblems} more; npm run check -- '${name}' shows all`);
  }
  return { name, problems };
}

/** A check that breaks has proven nothing, which is a problem of its own. */
async function collect(root: string, find: Check['find']): Promise<Problem[]> {
  try {
    return await find(root);
  } catch (error) {
    return [
      {
        at: 'the check itself',
        text: error instanceof Error ? (error.stack ?? error.message) : String(error),
      },
    ];
  }
}
