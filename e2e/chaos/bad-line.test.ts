import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PresenceReason } from '@muster/contracts';
import { type ChaosProxy, startChaosProxy } from '@muster/lab';
import {
  compileAgent,
  createFleet,
  LocalAgent,
  openDatabase,
  type RunningServer,
  startServer,
  until,
} from '../src/index.ts';

/** Each agent has a line of its own to the server, and each line goes bad in its own way, all at the same time. */
setDefaultTimeout(170_000);

/**
 * One way, in milliseconds. A socket needs three journeys there and back until it is welcome, which takes longer than the
 * agent waits (20 s); a beacon's request needs two, which is within its limit (15 s). The server has its hello by then
 * and may call it online for a moment.
 */
const TOO_SLOW_FOR_SOCKETS_MS = 3_450;

let folder: string;
let binary: string;
let server: RunningServer;
const lines: ChaosProxy[] = [];
const agents: LocalAgent[] = [];
const fleet = createFleet(() => server);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-lines-'));
  [binary, server] = await Promise.all([compileAgent(folder), startServer()]);
});

afterAll(async () => {
  for (const agent of agents) await agent.end('SIGKILL');
  for (const line of lines) await line.stop();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** An agent that is online over a line of its own. */
async function anAgent(name: string): Promise<{ agent: LocalAgent; line: ChaosProxy; id: string }> {
  const line = await startChaosProxy({
    listen: { hostname: '127.0.0.1', port: 0 },
    target: { hostname: '127.0.0.1', port: server.gatewayPort },
  });
  lines.push(line);
  const agent = new LocalAgent(binary, join(folder, name));
  agents.push(agent);
  await agent.enrol(server.url, await fleet.newToken());
  await agent.dial(`127.0.0.1:${line.port}`);
  agent.start();
  await fleet.presence(agent.deviceId, 'online');
  return { agent, line, id: agent.deviceId };
}
async function seenAs(id: string, reason: PresenceReason) {
  const device = await fleet.device(id);
  return device.presenceReason === reason && device;
}
/** Each change of presence that was announced, oldest first. */
async function changesOf(id: string): Promise<string[]> {
  await using database = openDatabase(server.dataFolder);
  const rows: { type: string }[] = await database`select type from event_log where subject_id = ${id}
    and type in ('device.online', 'device.unresponsive', 'device.offline') order by position`;
  return rows.map(({ type }) => type);
}

describe.concurrent('a bad line', () => {
  test('HB-1 HB-4 HB-5: where no socket holds, signed beacons carry check-ins and a command, and the socket comes back', async () => {
    const { agent, line, id } = await anAgent('slow');
    await line.cut();
    const lost = await fleet.presence(id, 'unresponsive');
    await line.restore();
    line.setDelay(TOO_SLOW_FOR_SOCKETS_MS);
    const { id: asked, state } = await fleet.run(id, 'process.list', {});

    const beaconing = until(`beacons come: ${agent.log}`, () => seenAs(id, 'beacon_only'), 150_000);
    const ended = await fleet.ended(asked, 150_000);
    const unresponsive = await beaconing;
    const connections = agent.log.match(/>connected$/gm)?.length;
    await line.restore();
    await fleet.presence(id, 'online', 60_000);

    expect(lost.presenceReason).toBe('network');
    expect(state).toBe('queued');
    expect(unresponsive.presence).toBe('unresponsive');
    expect(ended.state, JSON.stringify(ended.error)).toBe('succeeded');
    expect(connections, agent.log).toBe(1);
  });

  test('HB-1 HB-2: into a black hole it turns unresponsive because of the network, and is online soon after', async () => {
    const { line, id } = await anAgent('hole');
    line.blackhole();
    await until('the loss is noticed', () => seenAs(id, 'network'), 60_000);
    await line.restore();
    await fleet.presence(id, 'online', 90_000);

    expect(await changesOf(id)).toEqual(['device.online', 'device.unresponsive', 'device.online']);
  });

  test('HB-2: delay and jitter make nobody flap, and commands get through', async () => {
    const { line, id } = await anAgent('jitter');
    const before = await changesOf(id);
    line.setDelay(300, 1_200);

    for (let round = 0; round < 4; round++) {
      const { id: asked } = await fleet.run(id, 'process.list', {});
      expect((await fleet.ended(asked, 60_000)).state).toBe('succeeded');
      await Bun.sleep(5_000);
    }

    expect(await changesOf(id)).toEqual(before);
    expect((await fleet.device(id)).presence).toBe('online');
  });

  test('HB-5: cut off over the turn of a minute, it keeps that minute and brings it when it is back', async () => {
    const { line, id } = await anAgent('gap');
    const from = new Date(Math.floor(Date.now() / 60_000) * 60_000);
    await line.cut();
    await Bun.sleep(from.getTime() + 62_000 - Date.now());
    await line.restore();
    await fleet.presence(id, 'online', 90_000);

    const there = await until('the minute is there', async () => {
      const found = await fleet.minutes(id, from, new Date(from.getTime() + 60_000));
      return found.length > 0 && found;
    });

    expect(there).toEqual([from.getTime() / 1000]);
  });
});
