import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PresenceReason, ProcessSnapshot } from '@muster/contracts';
import { type ChaosProxy, startChaosProxy } from '@muster/lab';
import {
  compileAgent,
  createFleet,
  LocalAgent,
  openDatabase,
  type RunningServer,
  startServer,
  startStubborn,
  until,
} from '../src/index.ts';

/** Each agent has a line of its own to the server, and each line goes bad in its own way, all at the same time. */
setDefaultTimeout(240_000);

/**
 * A line on which a beacon gets through and no socket does. One way takes 2.1 s, and nothing lives for more than 11.5 s: a
 * socket needs three journeys there and back until it is welcome (12.6 s), each request of a beacon two (8.4 s). The server
 * gives a TLS handshake 8 s at least; it needs one journey and a half.
 */
const ONE_WAY_MS = 2_100;
const LIFETIME_MS = 11_500;

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
async function answeredBeacons(): Promise<number> {
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  return Number(/^muster_gateway_beacons_total\{outcome="answered"\} (\d+)/m.exec(metrics)?.[1] ?? 0);
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
    line.setDelay(ONE_WAY_MS);
    line.setLifetime(LIFETIME_MS);
    const { id: asked, state } = await fleet.run(id, 'process.list', {});

    const ended = await fleet.ended(asked, 160_000);
    const connections = agent.log.match(/>connected$/gm)?.length;
    // A beacon counts as answered when its answer is written: the one that brought the command was.
    expect(await answeredBeacons()).toBeGreaterThan(0);
    const meanwhile = await changesOf(id);
    await line.restore();
    await fleet.presence(id, 'online', 60_000);

    expect(lost.presenceReason).toBe('network');
    expect(state).toBe('queued');
    expect(ended.state, JSON.stringify(ended.error)).toBe('succeeded');
    expect(connections, agent.log).toBe(1);
    expect(meanwhile).not.toContain('device.offline');
  });

  test('HB-1 HB-2 RA-8: into a black hole it turns unresponsive because of the network, and a command cancelled meanwhile never runs', async () => {
    const { line, id } = await anAgent('hole');
    const target = await startStubborn(folder, 'hole-target');
    const list = await fleet.ended((await fleet.run(id, 'process.list', {})).id);
    line.blackhole();
    const payload = target.killPayload(list.result as ProcessSnapshot, 500);
    const killing = await fleet.run(id, 'process.kill', payload);
    await server.api('POST', `/commands/${killing.id}/cancel`);
    const meanwhile = (await fleet.command(killing.id)).state;
    await until('the loss is noticed', () => seenAs(id, 'network'), 60_000);
    await line.restore();
    await fleet.presence(id, 'online', 90_000);
    const ended = await fleet.ended(killing.id);
    const asked = target.asked();
    await target.end();

    expect([killing.state, meanwhile]).toEqual(['sent', 'cancelling']);
    expect(ended.state).toBe('cancelled');
    expect(asked).toBe(0);
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
    await Bun.sleep(from.getTime() + 72_000 - Date.now());
    await line.restore();
    await fleet.presence(id, 'online', 90_000);

    const there = await until('the minute is there', async () => {
      const found = await fleet.minutes(id, from, new Date(from.getTime() + 60_000));
      return found.length > 0 && found;
    });

    expect(there).toEqual([from.getTime() / 1000]);
  });
});
