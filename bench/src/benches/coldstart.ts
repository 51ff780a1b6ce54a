import { join } from 'node:path';
import { freePort } from '@muster/e2e';
import { makeFolder } from '../make-folder.ts';
import { percentile } from '../measure/percentile.ts';
import type { Report } from '../measure/report.ts';

/*
 * From the start of the program on a data folder that does not exist to the console's page, and to health. What the first
 * `npm start` of a checkout builds is built before.
 */

const START = join(import.meta.dir, '..', '..', '..', 'apps/server/src/start.ts');
const GIVE_UP_MS = 60_000;

/** See the head of this file. */
export async function coldstart(report: Report, { runs }: { runs: number }): Promise<void> {
  report.context({ runs });
  report.say('one start before, so that everything is built');
  await startOnce();
  const starts: { pageMs: number; healthMs: number }[] = [];
  for (let run = 0; run < runs; run++) starts.push(await startOnce());
  const pages = starts.map(({ pageMs }) => pageMs / 1_000);
  report.below('fresh data folder to console, slowest', Math.max(...pages), 's', 5);
  report.tell('fresh data folder to console, median', percentile(pages, 0.5), 's');
  const healthy = starts.map(({ healthMs }) => healthMs / 1_000);
  report.tell('fresh data folder to healthy, median', percentile(healthy, 0.5), 's');
}

async function startOnce(): Promise<{ pageMs: number; healthMs: number }> {
  const parent = makeFolder();
  const [port, gatewayPort] = [await freePort(), await freePort()];
  const ports = ['--port', String(port), '--gateway-port', String(gatewayPort)];
  const begun = performance.now();
  const child = Bun.spawn({
    cmd: [
      process.execPath,
      '--no-orphans',
      START,
      '--data',
      join(parent.path, 'data'),
      ...ports,
      '--no-local-agent',
    ],
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'ignore',
  });
  const isHere = async (path: string, isRight: (answer: Response) => Promise<boolean>) => {
    while (performance.now() - begun < GIVE_UP_MS && child.exitCode === null) {
      const answer = await fetch(`http://localhost:${port}${path}`).catch(() => undefined);
      if (answer && (await isRight(answer))) return performance.now() - begun;
      await Bun.sleep(10);
    }
    throw new Error(`${path} did not answer; the server's exit code is ${child.exitCode ?? 'not there yet'}`);
  };
  try {
    const isPage = async (answer: Response) => answer.ok && (await answer.text()).includes('<script');
    const [pageMs, healthMs] = await Promise.all([
      isHere('/', isPage),
      isHere('/health', async (answer) => answer.ok),
    ]);
    return { pageMs, healthMs };
  } finally {
    child.kill('SIGINT');
    await child.exited;
    await parent.remove();
  }
}
