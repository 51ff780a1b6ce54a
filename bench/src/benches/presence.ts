import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import type { Report } from '../measure/report.ts';
import { type ServerUnderTest, startServerUnderTest } from '../server-under-test.ts';
import { type LastWord, wallMs } from '../swarm/messages.ts';
import { type Swarm, startSwarm } from '../swarm/start-swarm.ts';
import { detectionErrors, watchPresence } from './presence-watch.ts';

/*
 * Four groups of agents, each in a process of its own, over one server. One is cut (its sockets end without a word), one
 * is paused (its process is stopped, sockets stay open), one says goodbye, and one lives on with a clock that jumps an
 * hour ahead and a day back; the server's own clock jumps the same way meanwhile. When each state shows in the registry
 * is seen from outside, by a clock that does not jump; the look is every 100 ms and part of the error.
 */

const OFFLINE_AFTER_MS = 180_000;
const STALE_AFTER_MS = 30_000;
const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';
const JUMPS = ['+3600', '-86400', '+0'];
const LIMIT_MS = 1_000;
const GRACE_MS = 20_000;

type Group = { readonly swarm: Swarm; readonly deviceIds: readonly string[] };

/** See the head of this file. */
export async function presence(report: Report, { agents }: { agents: number }): Promise<void> {
  report.context({ agents, clockJumps: existsSync(FAKETIME) ? JUMPS.join(' s, ') : 'none: no libfaketime' });
  const folder = makeFolder();
  const clocks = folder.path;
  const jump = (offset: string) => writeFileSync(join(clocks, 'offset'), offset);
  jump('+0');
  const server = await startServerUnderTest(fakeClock(clocks));
  const swarms: Swarm[] = [];
  try {
    const size = Math.ceil(agents / 4);
    const token = await server.enrolmentToken(size * 4);
    const group = async (env: Record<string, string> = {}): Promise<Group> => {
      const swarm = startSwarm(env);
      swarms.push(swarm);
      return { swarm, deviceIds: await swarm.enrol({ url: server.url, token, count: size }) };
    };
    const groups = {
      cut: await group(),
      paused: await group(),
      stopped: await group(),
      steady: await group(fakeClock(clocks)),
    };
    for (const { swarm } of Object.values(groups)) await swarm.connect(server.gateway);
    report.say('all are connected; a quarter of a minute of ordinary life');
    await Bun.sleep(15_000);
    await observe(report, server, groups, jump);
  } finally {
    for (const swarm of swarms) await swarm.stop();
    await server.stop();
    await folder.remove();
  }
}

async function observe(
  report: Report,
  server: ServerUnderTest,
  groups: Record<'cut' | 'paused' | 'stopped' | 'steady', Group>,
  jump: (offset: string) => void,
): Promise<void> {
  const { cut, paused, stopped, steady } = groups;
  const watch = watchPresence(server.sql());
  const lastWords = await paused.swarm.freeze();
  const cutAtMs = wallMs();
  await cut.swarm.cut({ stayAway: true });
  const goodbyeAtMs = wallMs();
  await stopped.swarm.goodbye();

  report.say(
    `three groups are gone; ${(OFFLINE_AFTER_MS + GRACE_MS) / 1_000} s until all of them are offline`,
  );
  for (const offset of JUMPS) {
    await Bun.sleep((OFFLINE_AFTER_MS - GRACE_MS) / JUMPS.length);
    jump(offset);
  }
  await Bun.sleep(2 * GRACE_MS);
  const seen = await watch.stop();

  const at = (ids: readonly string[], ms: number) => new Map(ids.map((id) => [id, ms]));
  const said = (pick: (word: LastWord) => number) =>
    new Map(lastWords.map((word) => [word.deviceId, pick(word)]));
  const expect = (name: string, state: 'unresponsive' | 'offline', due: ReadonlyMap<string, number>) => {
    const { errors, missing, early, reasons } = detectionErrors(seen, state, due);
    report.say(`${name}: ${JSON.stringify(reasons)}`);
    report.below(`${name}: detection error, largest`, Math.max(...errors, 0), 'ms', LIMIT_MS);
    report.below(`${name}: devices never called ${state}`, missing, 'count', 0);
    report.below(`${name}: devices called ${state} too early`, early, 'count', 0);
  };
  expect('cut, unresponsive', 'unresponsive', at(cut.deviceIds, cutAtMs));
  expect('cut, offline', 'offline', at(cut.deviceIds, cutAtMs + OFFLINE_AFTER_MS));
  expect(
    'paused, unresponsive',
    'unresponsive',
    said((word) => word.telemetryAtMs + STALE_AFTER_MS),
  );
  expect(
    'paused, offline',
    'offline',
    said((word) => word.heardAtMs + OFFLINE_AFTER_MS),
  );
  expect('stopped, offline', 'offline', at(stopped.deviceIds, goodbyeAtMs));
  const wrong = steady.deviceIds.filter((id) => seen.get(id)?.some(({ presence }) => presence !== 'online'));
  report.below('false offline or unresponsive while clocks jump', wrong.length, 'count', 0);
  report.tell('looks at the registry', watch.looks(), 'count');
  report.tell('longest time between two looks', watch.longestGapMs(), 'ms');
}

/** The variables under which a process takes its wall clock from a file; its monotonic clock stays true. */
function fakeClock(folder: string): Record<string, string> {
  if (!existsSync(FAKETIME)) return {};
  return {
    LD_PRELOAD: FAKETIME,
    FAKETIME_TIMESTAMP_FILE: join(folder, 'offset'),
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    DONT_FAKE_MONOTONIC: '1',
  };
}
