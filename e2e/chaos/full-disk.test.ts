import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProcessSnapshot } from '@muster/contracts';
import { skipReason } from '@muster/lab';
import {
  compileAgent,
  createFleet,
  LocalAgent,
  type RunningServer,
  runProgram,
  type Stubborn,
  startServer,
  startStubborn,
  until,
} from '../src/index.ts';

/** Small disks of their own that fill up while the program that lives on them runs. Mounting one takes root. */
const reason = await skipReason('namespace');
setDefaultTimeout(240_000);

describe.skipIf(reason !== undefined)('a full disk', () => {
  let folder: string;
  let server: RunningServer;
  let agent: LocalAgent;
  let target: Stubborn;
  let snapshot: ProcessSnapshot;
  const mounted: string[] = [];
  const fleet = createFleet(() => server);

  async function aDisk(name: string, size: string): Promise<string> {
    const path = join(folder, name);
    mkdirSync(path, { mode: 0o711 });
    const { code, stderr } = await runProgram([
      'mount',
      '-t',
      'tmpfs',
      '-o',
      `size=${size},mode=0711`,
      'tmpfs',
      path,
    ]);
    expect(code, stderr).toBe(0);
    mounted.push(path);
    return path;
  }
  const ballast = (disk: string) => join(disk, 'ballast');
  /** Takes the last free byte. */
  function fill(disk: string): void {
    const file = openSync(ballast(disk), 'w');
    for (let size = 1 << 20; size >= 1; ) {
      try {
        if (writeSync(file, new Uint8Array(size)) < size) size >>= 1;
      } catch {
        size >>= 1;
      }
    }
    closeSync(file);
  }
  const empty = (disk: string) => rmSync(ballast(disk));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'muster-full-'));
    const [binary, dataFolder, state] = await Promise.all([
      compileAgent(folder),
      aDisk('server', '400m'),
      aDisk('agent', '512k'),
    ]);
    server = await startServer({ dataFolder });
    agent = new LocalAgent(binary, state);
    await agent.enrol(server.url, await fleet.newToken());
    agent.start();
    await fleet.presence(agent.deviceId, 'online');
    target = await startStubborn(folder, 'target');
    const { id } = await fleet.run(agent.deviceId, 'process.list', {});
    snapshot = (await fleet.ended(id)).result as ProcessSnapshot;
  });

  afterAll(async () => {
    await target?.end();
    await agent?.end('SIGKILL');
    await server?.stop();
    for (const path of mounted) await runProgram(['umount', path]);
    rmSync(folder, { recursive: true, force: true });
  });

  test("EN-11 RA-2: on the agent's, it says so, stays, refuses what it could not remember, and goes on when there is room", async () => {
    const { pid } = agent;
    fill(agent.state);
    await server.end();
    server = await startServer({ ...server });
    await fleet.presence(agent.deviceId, 'online', 60_000);
    await until('the last page of its journal is full too', async () => {
      const { id } = await fleet.run(agent.deviceId, 'process.list', {});
      return (await fleet.ended(id)).state === 'refused';
    });
    const asked = await fleet.run(agent.deviceId, 'process.kill', target.killPayload(snapshot, 500));
    const refused = await fleet.ended(asked.id);
    const unharmed = target.asked();
    const said = agent.log;
    empty(agent.state);
    const again = await fleet.run(agent.deviceId, 'process.kill', target.killPayload(snapshot, 500));
    const done = await fleet.ended(again.id);

    expect(refused).toMatchObject({ state: 'refused', error: { code: 'journal_unwritable' } });
    expect(unharmed).toBe(0);
    expect(said).toMatch(/cannot be written.*no space/i);
    expect(said).not.toContain('    at ');
    expect(done.state).toBe('succeeded');
    expect(target.asked()).toBe(1);
    expect(said.match(/runs for/g)?.length).toBe(1);
    expect(agent.pid).toBe(pid);
  });

  test("OP-1: on the server's, it says so, keeps what it acknowledged, and heals by itself when there is room", async () => {
    const { secret, token } = await server.api<{ secret: string; token: { id: string } }>(
      'POST',
      '/enrolment-tokens',
      { description: 'acknowledged' },
    );
    fill(server.dataFolder);
    const create = () =>
      fetch(`${server.url}/api/v1/enrolment-tokens`, {
        method: 'POST',
        headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ description: 'x'.repeat(200) }),
      });
    const acknowledged: string[] = [token.id];
    const failure = await until('a write fails', async () => {
      const response = await create().catch(() => undefined);
      if (response?.ok) acknowledged.push(((await response.json()) as { token: { id: string } }).token.id);
      return response !== undefined && !response.ok && response;
    });
    const alive = await fetch(`${server.url}/health/live`);
    empty(server.dataFolder);
    await until('it is healthy again', async () => (await fetch(`${server.url}/health`)).ok, 60_000);
    const tokens = await server.api<{ items: { id: string }[] }>('GET', '/enrolment-tokens?limit=500');

    expect(failure.status).toBe(503);
    expect(alive.status).toBe(200);
    expect(tokens.items.map(({ id }) => id)).toEqual(expect.arrayContaining(acknowledged));
    expect(secret).not.toBe('');
    await fleet.presence(agent.deviceId, 'online', 60_000);
    const { id } = await fleet.run(agent.deviceId, 'process.list', {});
    expect((await fleet.ended(id)).state).toBe('succeeded');
  });
});
