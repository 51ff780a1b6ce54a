import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildAgent, thisPlatform } from '../../../apps/agent/src/build/build-agent.ts';
import { endEverything, endsWith } from '../ending.ts';
import { makeFolder } from '../make-folder.ts';
import { percentile } from '../measure/percentile.ts';
import { type ProcessFigures, processFigures } from '../measure/process-figures.ts';
import type { Report, Unit } from '../measure/report.ts';
import { cutSockets, socketBytes } from '../measure/sockets.ts';
import { type ServerUnderTest, startServerUnderTest } from '../server-under-test.ts';
import { startPeers } from './footprint-peers.ts';

/*
 * The compiled agent as it runs on a machine, in three states at the same time, each with a server of its own: it idles,
 * connected; its socket has been killed again and again, an hour's worth of reconnects; the server is away. Debian's two
 * agents stand beside them.
 */

const LOOK_EVERY_MS = 5_000;
const MINUTE_MS = 60_000;
const LIMITS = {
  residentBytes: 16 * 1024 ** 2,
  unsharedBytes: 6 * 1024 ** 2,
  cpuPercent: 0.2,
  growth: 65_536,
};
/** A network that fails every minute. */
const RECONNECTS = 60;
const BACK_WITHIN_MS = 15_000;

export type FootprintMinutes = { readonly warm: number; readonly measured: number };

type Subject = {
  readonly name: string;
  readonly pid: number;
  readonly demandAlive: () => void;
  /** Brings it from idle into the state that is measured. */
  readonly reach: () => Promise<void>;
};

/** See the head of this file. */
export async function footprint(report: Report, minutes: FootprintMinutes): Promise<void> {
  try {
    const folder = makeFolder();
    const peers = await startPeers(folder.path);
    report.context({
      ...minutes,
      reconnects: RECONNECTS,
      peers: peers.map(({ version }) => version).join(', '),
    });
    const ours = await startOurs(report, folder.path);
    report.say(`warming up for ${minutes.warm} minutes`);
    await Bun.sleep(minutes.warm * MINUTE_MS);
    report.say(`measuring ${minutes.measured} minutes of each`);
    const all = [...ours, ...peers.map((peer) => ({ ...peer, reach: async () => {} }))];
    const seen = await Promise.all(
      all.map(async ({ pid, demandAlive, reach }) => {
        demandAlive();
        await reach();
        return observe(pid, minutes.measured, demandAlive);
      }),
    );
    for (const [at, one] of all.entries()) {
      const observed = seen[at];
      if (observed) tell(report, one.name, observed, at < ours.length);
    }
  } finally {
    await endEverything();
  }
}

/** An agent and a server for each state, all idle as yet. */
async function startOurs(report: Report, folder: string): Promise<Subject[]> {
  const program = await buildAgent({ platform: thisPlatform(), outFile: join(folder, 'muster-agent') });
  const start = async (
    state: string,
    reach: (pid: number, server: ServerUnderTest) => Promise<void>,
  ): Promise<Subject> => {
    const server = await startServerUnderTest();
    const place = join(folder, state.replaceAll(' ', '-'));
    // each its own copy: pages of one file would count as shared between them
    copyFileSync(program, `${place}.program`);
    const { agent, demandAlive } = await startAgent(`${place}.program`, place, server);
    return {
      name: `muster-agent ${state}`,
      pid: agent.pid,
      demandAlive,
      reach: () => reach(agent.pid, server),
    };
  };
  return [
    await start('idle', async () => {}),
    await start('after reconnects', (pid, server) => afterReconnects(report, pid, server)),
    await start('with the server away', (_, server) => server.away()),
  ];
}

async function startAgent(program: string, state: string, server: ServerUnderTest) {
  const MUSTER_TOKEN = await server.enrolmentToken(1);
  const path = '/usr/sbin:/usr/bin:/sbin:/bin';
  const enrol = Bun.spawn({
    cmd: [program, 'enrol', '--server', server.url, '--state', state],
    env: { PATH: path, MUSTER_TOKEN },
    stderr: 'pipe',
    stdout: 'ignore',
  });
  if ((await enrol.exited) !== 0) throw new Error(`the agent did not enrol: ${await enrol.stderr.text()}`);
  const cmd = [program, 'run', '--state', state];
  const log = `${state}.log`;
  const said = Bun.file(log);
  const agent = Bun.spawn({ cmd, env: { PATH: path }, stdin: 'ignore', stdout: said, stderr: said });
  endsWith(async () => {
    agent.kill('SIGTERM');
    await agent.exited;
  });
  return { agent, demandAlive: () => demandAlive(agent, log) };
}

/** Throws what is known of the end of an agent that has ended. */
function demandAlive({ exitCode, signalCode }: Bun.Subprocess, log: string): void {
  if (exitCode === null && signalCode === null) return;
  const end = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-20).join('\n');
  throw new Error(`the agent ended with ${signalCode ?? `exit code ${exitCode}`}; it said last:\n${end}`);
}

type Observed = {
  readonly looks: readonly ProcessFigures[];
  readonly spanMs: number;
  readonly wireBytes: number;
};

async function observe(pid: number, minutes: number, demandAlive: () => void): Promise<Observed> {
  const begun = performance.now();
  const wireBefore = socketBytes(pid);
  const looks = [processFigures(pid)];
  while (performance.now() - begun < minutes * MINUTE_MS) {
    await Bun.sleep(LOOK_EVERY_MS);
    demandAlive();
    looks.push(processFigures(pid));
  }
  const spanMs = performance.now() - begun;
  return { looks, spanMs, wireBytes: socketBytes(pid) - wireBefore };
}

function tell(report: Report, name: string, { looks, spanMs, wireBytes }: Observed, isOurs: boolean): void {
  const first = looks[0];
  const last = looks.at(-1);
  if (!first || !last) return;
  const resident = percentile(
    looks.map(({ residentBytes }) => residentBytes),
    0.5,
  );
  const unshared = percentile(
    looks.map(({ unsharedBytes }) => unsharedBytes),
    0.5,
  );
  const cpu = ((last.cpuMs - first.cpuMs) / spanMs) * 100;
  const limited = isOurs
    ? report.below
    : (metric: string, value: number, unit: Unit) => report.tell(metric, value, unit);
  limited(`${name}: resident, median`, resident, 'bytes', LIMITS.residentBytes);
  limited(`${name}: unshared, median`, unshared, 'bytes', LIMITS.unsharedBytes);
  limited(`${name}: processor`, cpu, 'percent', LIMITS.cpuPercent);
  const withFile = percentile(
    looks.map(({ privateBytes }) => privateBytes),
    0.5,
  );
  report.tell(`${name}: unshared with pages of its file, median`, withFile, 'bytes');
  report.tell(`${name}: wake-ups`, (last.wakeUps - first.wakeUps) / (spanMs / 1_000), 'per s');
  report.tell(
    `${name}: of them for a page of its file`,
    (last.pagesRead - first.pagesRead) / (spanMs / 1_000),
    'per s',
  );
  report.tell(`${name}: bytes on the wire an hour`, wireBytes * (3_600_000 / spanMs), 'bytes/h');
  // Below an hour the runtime's steps are larger than the limit, and a slope of them says nothing.
  if (spanMs < 3_600_000) return;
  limited(
    `${name}: growth`,
    slopePerHour(looks.map(({ unsharedBytes }) => unsharedBytes)),
    'bytes/h',
    LIMITS.growth,
  );
}

/** Least-squares slope of values that lie `LOOK_EVERY_MS` apart. */
function slopePerHour(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let above = 0;
  let below = 0;
  for (const [at, value] of values.entries()) {
    above += (at - middle) * (value - mean);
    below += (at - middle) ** 2;
  }
  return (above / below) * (3_600_000 / LOOK_EVERY_MS);
}

async function afterReconnects(report: Report, pid: number, server: ServerUnderTest): Promise<void> {
  const start = processFigures(pid);
  const begun = performance.now();
  let done = 0;
  for (let at = 0; at < RECONNECTS; at++) {
    if (at % 20 === 19) report.say(`${at + 1} of ${RECONNECTS} reconnects`);
    if (await reconnects(pid, server)) done += 1;
  }
  report.below('muster-agent: reconnects that did not happen', RECONNECTS - done, 'count', 0);
  const cpu = ((processFigures(pid).cpuMs - start.cpuMs) / (performance.now() - begun)) * 100;
  report.tell('muster-agent while reconnecting: processor', cpu, 'percent');
}

/**
 * Kills the agent's socket and waits until it is welcome again. SIGUSR2 is what it gets when its machine wakes up: it
 * dials at once then, instead of waiting longer after each loss, which is what makes an hour of them fit into a minute.
 */
async function reconnects(pid: number, server: ServerUnderTest): Promise<boolean> {
  const before = await server.welcomes();
  cutSockets(Number(server.gateway.split(':')[1]));
  for (const deadline = performance.now() + BACK_WITHIN_MS; performance.now() < deadline; ) {
    await Bun.sleep(250);
    process.kill(pid, 'SIGUSR2');
    if ((await server.welcomes()) > before) return true;
  }
  return false;
}
