import { describe, expect, test } from 'bun:test';
import { skipReason } from '@muster/lab';
import { expectAccessible, openConsole } from '../open-console.ts';
import { seedFleet } from '../seed-fleet.ts';
import { stageMachine } from '../stage.ts';

/** The overview of a fleet of 3,000 and the agent of this very machine, in a real browser against a real server. */
const reason = await skipReason('browser');
const FLEET = 3_000;

type Counted = { value: string; count: number; query: string };
type View = {
  total: number;
  states: Counted[];
  systems: { top: Counted[] };
  problems: { problem: string; count: number; query: string }[];
};

describe.skipIf(reason !== undefined)('the overview in the console', () => {
  const stage = stageMachine(async ({ server, device }) => {
    await seedFleet(server.dataFolder, FLEET);
    const item = (state: string) => ({ kind: 'firewall', key: 'test', fields: { state, detail: null } });
    const categories = [
      { category: 'security', collectedAt: new Date().toISOString(), items: [item('off')] },
    ];
    await server.api('POST', '/inventory', { deviceId: device.id, categories });
  });
  const view = () => stage.server.api<View>('GET', '/devices/overview');
  const panel = (name: string) => stage.ui.page.getByRole('region', { name });

  test('UI-6: whoever signs in sees the states, systems and top problems of the fleet', async () => {
    const { total, systems, problems } = await view();
    await panel('States').getByText(`${total.toLocaleString()} devices`).waitFor();
    for (const { value, count } of systems.top)
      await panel('Systems')
        .getByRole('link', { name: `${value} ${count.toLocaleString()}` })
        .waitFor();

    expect(problems.map(({ problem }) => problem)).toContainValues([
      'disk-full',
      'unresponsive',
      'suspended',
    ]);
    expect(await panel('Top problems').getByRole('link').count()).toBe(problems.length);
  });

  test('UI-6: a number leads to the devices that it counts', async () => {
    const full = (await view()).problems.find(({ problem }) => problem === 'disk-full');
    await panel('Top problems')
      .getByRole('link', { name: /less than 10 % free/ })
      .click();

    await stage.ui.page.getByText(`${full?.count.toLocaleString()} devices`).waitFor();
    expect(new URL(stage.ui.page.url()).searchParams.get('q')).toBe('lifecycle = active and disk.free < 10%');
    await stage.ui.page.getByRole('link', { name: 'Overview' }).click();
  });

  test('UI-6: a firewall that is off is a problem, and names its device', async () => {
    await panel('Top problems').getByRole('link', { name: 'A firewall is off 1' }).click();

    const { hostname } = await stage.fleet.device(stage.device.id);
    await stage.ui.page.getByRole('link', { name: hostname, exact: true }).waitFor();
    await stage.ui.page.getByRole('link', { name: 'Overview' }).click();
  });

  test('UI-6: who was silent for longest stands first', async () => {
    type Page = { items: { hostname: string }[] };
    const query = encodeURIComponent('lifecycle = active and status = offline');
    const { items } = await stage.server.api<Page>('GET', `/devices?query=${query}&sort=last_seen&limit=2`);
    const rows = stage.ui.page.getByRole('list', { name: 'Offline for longest' }).getByRole('link');

    await rows
      .first()
      .getByText(items[0]?.hostname ?? '')
      .waitFor();
    await rows
      .nth(1)
      .getByText(items[1]?.hostname ?? '')
      .waitFor();
  });

  test('UI-6 UI-10: a device that goes is counted again without anybody asking', async () => {
    const online = (await view()).states.find(({ value }) => value === 'online')?.count ?? 0;
    await panel('States')
      .getByRole('link', { name: `${online.toLocaleString()} Online` })
      .waitFor();

    await stage.agent.end('SIGTERM');

    await panel('States')
      .getByRole('link', { name: `${(online - 1).toLocaleString()} Online` })
      .waitFor();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const viewport of [
      { width: 1440, height: 900 },
      { width: 390, height: 844 },
    ]) {
      test(`UI-6: the overview is accessible, ${colorScheme} at ${viewport.width}`, async () => {
        const other = await openConsole(stage.server.url, { colorScheme, viewport });
        try {
          await other.page
            .getByRole('list', { name: 'Offline for longest' })
            .getByRole('link')
            .first()
            .waitFor();
          await expectAccessible(other.page, `overview ${colorScheme} ${viewport.width}`);
          expect(other.browser.errors).toEqual([]);
        } finally {
          await other.close();
        }
      });
    }
  }
});
