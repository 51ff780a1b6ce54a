import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessSnapshot } from '@muster/contracts';
import { bootMachine, type Machine, skipReason } from '@muster/lab';
import {
  createFleet,
  installAgent,
  openToMachines,
  type RunningServer,
  startServer,
  until,
} from '../src/index.ts';

/** A machine loses its power while its agent is at work. */
const reason = await skipReason('machine');
setDefaultTimeout(240_000);

describe.skipIf(reason !== undefined)('a machine without power', () => {
  let server: RunningServer;
  let machine: Machine;
  let id = '';
  const fleet = createFleet(() => server);

  beforeAll(async () => {
    [machine, server] = await Promise.all([bootMachine({ name: 'plug' }), startServer()]);
    await openToMachines(server, machine.hostIp);
    id = await installAgent(server, machine);
    await fleet.presence(id, 'online');
  });

  afterAll(async () => {
    await machine?.stop();
    await server?.stop();
  });

  test('EN-11 RA-2 RA-8: cut off in the middle of commands it comes back as itself, tells what became of them, and its journals hold', async () => {
    const script = "trap '' TERM; while :; do sleep 0.1; done";
    await machine.run(['systemd-run', '--unit=stubborn', 'sh', '-c', script], { check: true });
    const list = await fleet.ended((await fleet.run(id, 'process.list', {})).id);
    const { bootId, processes } = list.result as ProcessSnapshot;
    const { pid = 0, startToken = '' } = processes.find(({ command }) => command.includes(script)) ?? {};
    const killing = await fleet.run(id, 'process.kill', { pid, startToken, bootId, graceMs: 30_000 });
    await until('it is at work', async () => (await fleet.command(killing.id)).state === 'running');

    await machine.powerCut();
    const waiting = await fleet.run(id, 'process.list', {});
    // What a write that was under way leaves at the end of a file.
    for (const journal of ['commands.journal', 'minutes.journal']) {
      appendFileSync(
        join(machine.root, 'var/lib/muster-agent', journal),
        new Uint8Array([200, 0, 0, 0, 1, 2, 3]),
      );
    }
    await machine.powerOn();
    const [killed, listed] = await Promise.all([killing, waiting].map((one) => fleet.ended(one.id, 90_000)));
    const device = await fleet.presence(id, 'online');

    expect(killed?.state).toBe('succeeded');
    expect(killed?.result).toMatchObject({ ended: true });
    expect(listed?.state).toBe('succeeded');
    expect(listed?.result).not.toMatchObject({ bootId });
    expect(device.lifecycle).toBe('active');
    expect((await server.api<{ items: object[] }>('GET', '/devices')).items).toHaveLength(1);
  });
});
