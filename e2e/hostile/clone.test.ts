import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Device, DeviceRow } from '@muster/contracts';
import { bootMachine, cloneMachine, type Machine, skipReason } from '@muster/lab';
import { type Console, expectAccessible, openConsole } from '../console/open-console.ts';
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
const noBrowser = await skipReason('browser');
setDefaultTimeout(240_000);

describe.skipIf(reason !== undefined)('a cloned disk', () => {
  let server: RunningServer;
  let machine: Machine;
  let clone: Machine | undefined;
  let console: Console | undefined;
  let original = '';
  let newcomer = '';
  const fleet = createFleet(() => server);
  const devices = async () => (await server.api<{ items: DeviceRow[] }>('GET', '/devices')).items;

  beforeAll(async () => {
    [machine, server] = await Promise.all([bootMachine({ name: 'origin' }), startServer()]);
    await openToMachines(server, machine.hostIp);
    original = await installAgent(server, machine);
    await fleet.presence(original, 'online');
    if (noBrowser === undefined) console = await openConsole(server.url);
    await console?.open('/enrolment', 'Add devices');
  });

  afterAll(async () => {
    await console?.close();
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

    await expect(asked).rejects.toThrow('pending');
    expect((await devices()).length).toBe(2);
    expect((await fleet.device(newcomer)).cloneOf as string).toBe(original);
    expect(await fleet.presence(original, 'online', 60_000)).toMatchObject({ lifecycle: 'active' });
    await fleet.presence(newcomer, 'online', 60_000);
  });

  test.skipIf(noBrowser !== undefined)(
    'EN-11: the console shows that what arrived is a clone, of which device, and lets it in',
    async () => {
      const { page } = console as Console;
      const name = (await fleet.device(original)).hostname;
      const arrivals = page.getByRole('log', { name: 'Machines that arrived' });
      await arrivals.getByText('Waits for approval').waitFor();
      await arrivals.getByText(`clone of ${name}`).waitFor();
      await expectAccessible(page, 'clone arrived');

      await arrivals.locator(`a[href="/devices/${newcomer}"]`).click();
      const banner = page.getByRole('alert').filter({ hasText: 'Waits for approval' });
      await banner.getByText(`It is a clone of ${name}`).waitFor();
      await expectAccessible(page, 'clone waits');
      // Squeezed, it would hide the decision that it asks for.
      expect((await banner.boundingBox())?.height).toBeGreaterThan(90);
      await banner.getByRole('link', { name }).click();
      await page.waitForURL(new RegExp(`/devices/${original}`));
      await page.goBack();
      await banner.getByRole('button', { name: 'Approve' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click();
      await banner.waitFor({ state: 'detached' });
      expect((await fleet.device(newcomer)).lifecycle).toBe('active');
    },
  );

  test('EN-1: approved, it is a device like any other at once, and each machine answers for itself', async () => {
    if ((await fleet.device(newcomer)).lifecycle === 'pending')
      await server.api<Device>('POST', `/devices/${newcomer}/approve`);

    const names = await Promise.all(
      [original, newcomer].map(async (id) => {
        const { id: asked } = await fleet.run(id, 'process.list', {});
        const ended = await fleet.ended(asked);
        expect(ended.state, JSON.stringify(ended.error)).toBe('succeeded');
        return (ended.result as { bootId: string }).bootId;
      }),
    );

    expect(names).toEqual([await machine.bootId(), (await clone?.bootId()) ?? '']);
    expect((await fleet.device(newcomer)).lifecycle).toBe('active');
  });
});
