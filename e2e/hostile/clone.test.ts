import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Device, DeviceRow } from '@muster/contracts';
import { bootMachine, cloneMachine, type Machine, skipReason } from '@muster/lab';
import {
  createFleet,
  installAgent,
  openToMachines,
  type RunningServer,
  startServer,
  until,
} from '../src/index.ts';

/** A disk is copied with everything on it, the device's key included, and both machines run. */
const reason = await skipReason('machine');
setDefaultTimeout(180_000);

describe.skipIf(reason !== undefined)('a cloned disk', () => {
  let server: RunningServer;
  let machine: Machine;
  let clone: Machine | undefined;
  let original = '';
  let newcomer = '';
  const fleet = createFleet(() => server);
  const devices = async () => (await server.api<{ items: DeviceRow[] }>('GET', '/devices')).items;

  beforeAll(async () => {
    [machine, server] = await Promise.all([bootMachine({ name: 'origin' }), startServer()]);
    await openToMachines(server, machine.hostIp);
    original = await installAgent(server, machine);
    await fleet.presence(original, 'online');
  });

  afterAll(async () => {
    await Promise.all([clone?.stop(), machine?.stop()]);
    await server?.stop();
  });

  test('EN-1 EN-2: the newcomer is noticed, takes a key of its own and waits; the original keeps its place', async () => {
    clone = await cloneMachine(machine);
    await server.api('POST', '/system/listen', { address: clone.hostIp });

    const pending = await until(
      'the newcomer waits for approval',
      async () => (await devices()).find(({ lifecycle }) => lifecycle === 'pending'),
      120_000,
    );
    newcomer = pending.id;
    const asked = server.api('POST', `/devices/${newcomer}/commands/process.list`, { payload: {} });

    expect(asked).rejects.toThrow('pending');
    expect((await devices()).length).toBe(2);
    expect((await fleet.device(newcomer)).cloneOf as string).toBe(original);
    expect(await fleet.presence(original, 'online', 60_000)).toMatchObject({ lifecycle: 'active' });
    await fleet.presence(newcomer, 'online', 60_000);
  });

  test('EN-1: approved, it is a device like any other at once, and each machine answers for itself', async () => {
    await server.api<Device>('POST', `/devices/${newcomer}/approve`);

    const names = await Promise.all(
      [original, newcomer].map(async (id) => {
        const { id: asked } = await fleet.run(id, 'process.list', {});
        const ended = await fleet.ended(asked, 20_000);
        expect(ended.state, JSON.stringify(ended.error)).toBe('succeeded');
        return (ended.result as { bootId: string }).bootId;
      }),
    );

    expect(names).toEqual([await machine.bootId(), (await clone?.bootId()) ?? '']);
    expect((await fleet.device(newcomer)).lifecycle).toBe('active');
  });
});
