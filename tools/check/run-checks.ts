import type { Check, Problem } from './check.ts';

const AT_ONCE = 2;
const SHOWN_PROBLEMS = 40;

/** A check after its run. */
export interface Outcome {
  readonly name: string;
  readonly problems: readonly Problem[];
}

/** Runs checks two at a time and prints one line for each as it ends, with its problems below it. */
export async function runChecks(root: string, checks: readonly Check[]): Promise<Outcome[]> {
  const waiting = [...checks];
  const outcomes: Outcome[] = [];
  const work = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      outcomes.push(await runOne(root, check));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return outcomes;
}

async function runOne(root: string, { name, find }: Check): Promise<Outcome> {
  const started = performance.now();
  const problems = await collect(root, find);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${problems.length === 0 ? '✓' : '✗'} ${name}  ${seconds} s`);
  for (const { at, text } of problems.slice(0, SHOWN_PROBLEMS)) console.log(`    ${at}  ${text}`);
  if (problems.length > SHOWN_PROBLEMS) console.log(`    … and ${problems.length - SHOWN_PROBLEMS} more`);
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
