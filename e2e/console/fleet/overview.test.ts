import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipReason } from '@muster/lab';
import { compileAgent, createFleet, LocalAgent, type RunningServer, startServer } from '../../src/index.ts';
import { type Console, expectAccessible, openConsole } from '../open-console.ts';
import { seedFleet } from '../seed-fleet.ts';

/** The overview of a fleet of 3,000 and the agent of this very machine, in a real browser against a real server. */
const reason = await skipReason('browser');
const FLEET = 3_000;
setDefaultTimeout(120_000);

type Counted = { value: string; count: number; query: string };
type View = {
  total: number;
  states: Counted[];
  systems: { top: Counted[] };
  problems: { problem: string; count: number; query: string }[];
};

describe.skipIf(reason !== undefined)('the overview in the console', () => {
  let folder = '';
  let server: RunningServer;
  let agent: LocalAgent;
  let ui: Console;
  const fleet = createFleet(() => server);
  const view = () => server.api<View>('GET', '/devices/overview');
  const panel = (name: string) => ui.page.getByRole('region', { name });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'muster-web-'));
    const binary = await compileAgent(folder);
    server = await startServer();
    await seedFleet(server.dataFolder, FLEET);
    agent = new LocalAgent(binary, join(folder, 'agent'));
    await agent.enrol(server.url, await fleet.newToken());
    agent.start();
    await fleet.presence(agent.deviceId, 'online', 60_000);
    const { id } = await fleet.device(agent.deviceId);
    const item = (state: string) => ({ kind: 'firewall', key: 'test', fields: { state, detail: null } });
    const categories = [
      { category: 'security', collectedAt: new Date().toISOString(), items: [item('off')] },
    ];
    await server.api('POST', '/inventory', { deviceId: id, categories });
    ui = await openConsole(server.url);
  }, 240_000);

  afterAll(async () => {
    await ui?.close();
    await agent?.end('SIGKILL');
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

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

    await ui.page.getByText(`${full?.count.toLocaleString()} devices`).waitFor();
    expect(new URL(ui.page.url()).searchParams.get('q')).toBe('lifecycle = active and disk.free < 10%');
    await ui.page.getByRole('link', { name: 'Overview' }).click();
  });

  test('UI-6: a firewall that is off is a problem, and names its device', async () => {
    await panel('Top problems').getByRole('link', { name: 'A firewall is off 1' }).click();

    const { hostname } = await fleet.device(agent.deviceId);
    await ui.page.getByRole('link', { name: hostname, exact: true }).waitFor();
    await ui.page.getByRole('link', { name: 'Overview' }).click();
  });

  test('UI-6: who was silent for longest stands first', async () => {
    type Page = { items: { hostname: string }[] };
    const query = encodeURIComponent('lifecycle = active and status = offline');
    const { items } = await server.api<Page>('GET', `/devices?query=${query}&sort=last_seen&limit=2`);
    const rows = ui.page.getByRole('list', { name: 'Offline for longest' }).getByRole('link');

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

    await agent.end('SIGTERM');

    await panel('States')
      .getByRole('link', { name: `${(online - 1).toLocaleString()} Online` })
      .waitFor({ timeout: 20_000 });
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const viewport of [
      { width: 1440, height: 900 },
      { width: 390, height: 844 },
    ]) {
      test(`UI-6: the overview is accessible, ${colorScheme} at ${viewport.width}`, async () => {
        const other = await openConsole(server.url, { colorScheme, viewport });
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
