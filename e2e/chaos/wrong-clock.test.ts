import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, skipReason } from '@muster/lab';
import {
  compileAgent,
  createFleet,
  LocalAgent,
  type RunningServer,
  runProgram,
  startServer,
  until,
} from '../src/index.ts';

/** Machines whose clocks are wrong by years, as after a dead battery. Only the processes see another time. */
const reason = await skipReason('faketime');
setDefaultTimeout(240_000);

/** What faketime gives its program: run through it, the agent would be its child and outlive it. */
async function environmentOf(shift: string): Promise<Record<string, string>> {
  const { stdout } = await runProgram([findProgram('faketime') ?? '', '-f', shift, 'env']);
  const [, library = ''] = /^LD_PRELOAD=(.*)$/m.exec(stdout) ?? [];
  expect(library).toContain('faketime');
  return { LD_PRELOAD: library, FAKETIME: shift };
}

describe.skipIf(reason !== undefined)('a wrong clock', () => {
  let folder: string;
  let server: RunningServer;
  let binary: string;
  const agents: LocalAgent[] = [];
  const fleet = createFleet(() => server);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'muster-clock-'));
    [binary, server] = await Promise.all([compileAgent(folder), startServer()]);
  });

  afterAll(async () => {
    for (const agent of agents) await agent.end('SIGKILL');
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [name, shift] of [
    ['three years slow', '-3y'],
    ['ten years fast', '+10y'],
  ] as const) {
    test.concurrent(`EN-2 RA-8 HB-5: an agent whose clock is ${name} is online, runs what is meant for now, and its minutes are of today`, async () => {
      const agent = new LocalAgent(binary, join(folder, name));
      agents.push(agent);
      await agent.enrol(server.url, await fleet.newToken());
      agent.start(await environmentOf(shift));
      const from = new Date(Math.floor(Date.now() / 60_000) * 60_000);
      await fleet.presence(agent.deviceId, 'online');
      const asked = await fleet.run(agent.deviceId, 'process.list', {}, { deliverWithinMs: 5_000 });
      const ended = await fleet.ended(asked.id);

      const there = await until(
        'a minute of today',
        async () => {
          const found = await fleet.minutes(agent.deviceId, from, new Date(from.getTime() + 180_000));
          return found.length > 0 && found;
        },
        100_000,
      );

      const { since } = (await Bun.file(join(agent.state, 'standing.json')).json()) as { since: string };
      expect(Math.abs(new Date(since).getFullYear() - new Date().getFullYear())).toBeGreaterThan(1);
      expect(ended.state, JSON.stringify(ended.error)).toBe('succeeded');
      expect(from.getTime() / 1000 + 60).toBeGreaterThanOrEqual(there[0] ?? Number.POSITIVE_INFINITY);
      expect(agent.log.match(/>connected$/gm)?.length).toBe(1);
    });
  }
});
