import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command, ProcessSnapshot } from '@muster/contracts';
import {
  compileAgent,
  createFleet,
  freePort,
  LocalAgent,
  openDatabase,
  postmasterPid,
  type RunningServer,
  type Stubborn,
  startServer,
  startStubborn,
  until,
} from '../src/index.ts';

/**
 * Server, database and agent are killed one after the other. Meanwhile one agent is left alone and watched: at the end
 * every minute of its life is there, and nobody ever called it offline.
 */
setDefaultTimeout(240_000);
const MINUTE_MS = 60_000;

let folder: string;
let server: RunningServer;
let witness: LocalAgent;
let victim: LocalAgent;
let places: { port: number; gatewayPort: number; dataFolder: string };
let witnessedFrom: number;
const stubborn: Stubborn[] = [];
const fleet = createFleet(() => server);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-kills-'));
  places = {
    port: await freePort(),
    gatewayPort: await freePort(),
    dataFolder: join(folder, 'data'),
  };
  const [binary, started] = await Promise.all([compileAgent(folder), startServer(places)]);
  server = started;
  witness = new LocalAgent(binary, join(folder, 'witness'));
  victim = new LocalAgent(binary, join(folder, 'victim'));
  for (const agent of [witness, victim]) {
    await agent.enrol(server.url, await fleet.newToken());
    agent.start();
  }
  for (const agent of [witness, victim]) await fleet.presence(agent.deviceId, 'online');
  witnessedFrom = Date.now();
});

afterAll(async () => {
  for (const one of stubborn) await one.end();
  for (const agent of [witness, victim]) await agent?.end();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function aStubborn(name: string): Promise<Stubborn> {
  const one = await startStubborn(folder, name);
  stubborn.push(one);
  return one;
}
async function processesOf(agent: LocalAgent): Promise<ProcessSnapshot> {
  const { id } = await fleet.run(agent.deviceId, 'process.list', {});
  const ended = await fleet.ended(id);
  expect(ended.state, JSON.stringify(ended.error)).toBe('succeeded');
  return ended.result as ProcessSnapshot;
}
/** Asks the agent to end the process and waits until it has asked it to. */
async function beginKill(agent: LocalAgent, target: Stubborn, graceMs: number): Promise<Command> {
  const payload = target.killPayload(await processesOf(agent), graceMs);
  const command = await fleet.run(agent.deviceId, 'process.kill', payload);
  await until('the process is asked to end', () => target.asked() === 1);
  return command;
}
/** Asks for one list of processes after the other; `taken` are those that the server answered for. */
function askAgainAndAgain(agent: LocalAgent) {
  const taken: string[] = [];
  let isOver = false;
  const asking = (async () => {
    while (!isOver) {
      const asked = await fleet.run(agent.deviceId, 'process.list', {}).catch(() => undefined);
      if (asked) taken.push(asked.id);
      else await Bun.sleep(20);
    }
  })();
  return {
    taken,
    stop: () => {
      isOver = true;
      return asking;
    },
  };
}
async function offlineEvents(): Promise<number> {
  await using database = openDatabase(places.dataFolder);
  const [row] = await database`select count(*)::int as n from
    (select type from event_log union all select type from event_outbox) e where type = 'device.offline'`;
  return row.n;
}
const isHealthy = () =>
  fetch(`${server.url}/health`).then(
    (response) => response.ok,
    () => false,
  );

test('OP-1 RA-8: PostgreSQL is killed amid commands: the server says so, heals itself, and every command that it took ends', async () => {
  const commands = askAgainAndAgain(witness);
  await until('many commands are under way', () => commands.taken.length >= 20);
  process.kill(postmasterPid(places.dataFolder), 'SIGKILL');
  await until('it says that it is not ready', async () => !(await isHealthy()));
  const isAlive = await fetch(`${server.url}/health/live`);
  await until('it is ready again', isHealthy);
  await commands.stop();
  const ended = await Promise.all(commands.taken.map((id) => fleet.ended(id, 60_000)));

  expect(isAlive.status).toBe(200);
  expect(ended.map(({ state }) => state)).toEqual(ended.map(() => 'succeeded'));
  expect((await fleet.device(witness.deviceId)).presence).toBe('online');
});

test('RA-2: the agent is killed while it ends a process that is gone when it is back: it finds out, and does nothing twice', async () => {
  const target = await aStubborn('gone');
  const { id } = await beginKill(victim, target, 20_000);

  await victim.end('SIGKILL');
  await target.end();
  victim.start();
  const ended = await fleet.ended(id);

  expect(ended.state).toBe('succeeded');
  expect(ended.result).toMatchObject({ ended: true });
});

test('RA-2: the agent is killed while it ends a process that outlives it: the command is interrupted and never run again', async () => {
  const target = await aStubborn('outlives');
  const { id } = await beginKill(victim, target, 20_000);

  await victim.end('SIGKILL');
  victim.start();
  const ended = await fleet.ended(id);
  await victim.end('SIGKILL');
  victim.start();
  await fleet.presence(victim.deviceId, 'online');
  await processesOf(victim);

  expect(ended.state).toBe('interrupted');
  expect(target.isAlive()).toBe(true);
  expect(target.asked()).toBe(1);
});

test('HB-2 RA-8: the server is killed amid commands and check-ins: what it took is done once, and nobody is called offline', async () => {
  const target = await aStubborn('amid');
  const killing = await beginKill(victim, target, 4_000);
  const commands = askAgainAndAgain(witness);
  await until('many commands are under way', () => commands.taken.length >= 20);

  await server.end('SIGKILL');
  await commands.stop();
  await untilNextMinute();
  server = await startServer(places);
  const [kill, ...lists] = await Promise.all(
    [killing.id, ...commands.taken].map((id) => fleet.ended(id, 60_000)),
  );
  for (const agent of [witness, victim]) await fleet.presence(agent.deviceId, 'online');

  expect(kill?.state).toBe('succeeded');
  expect(kill?.result).toMatchObject({ ended: true, forced: true });
  expect(target.asked()).toBe(1);
  expect(lists.map(({ state }) => state)).toEqual(lists.map(() => 'succeeded'));
  expect(await offlineEvents()).toBe(0);
});

test('HB-5: after all of that every minute of the agent that was left alone is there, also those it closed while the server was away', async () => {
  const first = Math.floor(witnessedFrom / MINUTE_MS) * 60;
  const last = Math.floor(Date.now() / MINUTE_MS) * 60 - 60;
  const wanted = Array.from({ length: (last - first) / 60 + 1 }, (_, index) => first + index * 60);

  await until('every minute is there', async () => {
    const there = await fleet.minutes(witness.deviceId, new Date(first * 1000), new Date((last + 60) * 1000));
    return wanted.every((minute) => there.includes(minute));
  });

  expect(wanted.length).toBeGreaterThan(0);
});

/** At least one minute is closed while the server is away. */
async function untilNextMinute(): Promise<void> {
  await Bun.sleep(MINUTE_MS - (Date.now() % MINUTE_MS) + 2_000);
}
