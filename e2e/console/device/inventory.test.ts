import { describe, expect, test } from 'bun:test';
import { skipReason } from '@muster/lab';
import { until } from '../../src/index.ts';
import { expectAccessible, openConsole } from '../open-console.ts';
import { stageMachine } from '../stage.ts';

/** What a machine consists of, in the browser: a real server, and the agent of this very machine. */
const reason = await skipReason('browser');

type Items = { items: { kind: string; key: string; fields: Record<string, unknown> }[] };
type States = { items: { category: string; collectedAt: string }[] };

describe.skipIf(reason !== undefined)('the inventory of a device in the console', () => {
  const stage = stageMachine(async ({ fleet, device }) => {
    const collected = await fleet.run(device.id, 'inventory.collect', { categories: [] });
    await fleet.ended(collected.id, 90_000);
  });
  const path = () => `/devices/${stage.device.id}`;
  const states = () => stage.server.api<States>('GET', `${path()}/inventory`);

  test('UI-2 IV-3: the tab Hardware shows each volume of the machine, and how old that is', async () => {
    const { items } = await stage.server.api<Items>('GET', `${path()}/inventory/hardware`);
    const volume = items.find(({ kind }) => kind === 'volume');

    await stage.ui.open(path(), stage.device.hostname);
    await stage.ui.page.getByRole('link', { name: 'Hardware' }).click();

    await stage.ui.page.getByText(/^As of .* ago, last changed/).waitFor();
    await stage.ui.page.getByRole('region', { name: 'Processors' }).first().waitFor();
    const volumes = stage.ui.page.getByRole('region', { name: 'Volumes' }).first();
    await volumes.getByRole('cell', { name: volume?.key ?? '', exact: true }).waitFor();
  });

  test('UI-2 IV-4: software is found by name on the server, with the version that dpkg says', async () => {
    const version = (await Bun.$`dpkg-query -W -f ${'$'}{Version} bash`.text()).trim();

    await stage.ui.page
      .getByRole('navigation', { name: 'Tabs of this device' })
      .getByRole('link', { name: 'Software' })
      .click();
    await stage.ui.page.getByRole('table', { name: 'Software' }).waitFor();
    await stage.ui.page.getByRole('textbox', { name: 'Filter software' }).fill('bash');

    await stage.ui.page.getByRole('row', { name: /^bash/ }).getByText(version, { exact: true }).waitFor();
    await stage.ui.page.getByRole('textbox', { name: 'Filter software' }).fill('no such thing');
    await stage.ui.page.getByText('No software matches').waitFor();
  });

  test('UI-2 IV-10: a name leads to the devices that have it', async () => {
    await stage.ui.page.getByRole('textbox', { name: 'Filter software' }).fill('bash');
    await stage.ui.page.getByRole('link', { name: 'bash', exact: true }).click();

    await stage.ui.page.getByRole('row', { name: new RegExp(stage.device.hostname) }).waitFor();
    expect(new URL(stage.ui.page.url()).searchParams.get('q')).toBe('software = "bash"');
    await stage.ui.page.goBack();
  });

  test('UI-2 IV-6: a port that opens is listed with its program once the device has looked', async () => {
    const listener = Bun.listen({ hostname: '127.0.0.1', port: 27_190, socket: { data: () => {} } });
    try {
      await stage.ui.page.getByRole('link', { name: 'Network' }).click();
      await stage.ui.page.getByRole('region', { name: 'Interfaces' }).first().waitFor();
      expect(await stage.ui.page.getByRole('cell', { name: '27190', exact: true }).count()).toBe(0);

      await stage.ui.page.getByRole('button', { name: 'Collect now' }).last().click();

      await stage.ui.page.getByRole('cell', { name: '27190', exact: true }).waitFor({ timeout: 60_000 });
    } finally {
      listener.stop(true);
    }
  });

  test('UI-2 IV-2 IV-5: looking now says how it ended, with its record, and the age begins anew', async () => {
    const ageOf = async () =>
      (await states()).items.find(({ category }) => category === 'security')?.collectedAt ?? '';
    const before = await ageOf();
    await stage.ui.page.getByRole('link', { name: 'Security' }).click();
    await stage.ui.page.getByRole('row', { name: /^(On|Partly|Off|Not known) Firewall/ }).waitFor();

    await stage.ui.page.getByRole('button', { name: 'Collect now' }).click();

    const said = stage.ui.page.getByRole('alert').filter({ hasText: /Collect inventory on .*: succeeded/ });
    await said.last().waitFor({ timeout: 60_000 });
    await until('the device has looked again', async () => (await ageOf()) > before);
    await said.last().getByRole('link', { name: 'Open its record' }).click();
    await stage.ui.page.getByRole('heading', { name: 'Result' }).waitFor();
  });

  test('IV-5 IV-7: the tab System shows the operating system and each account as the machine has them', async () => {
    const kernel = (await Bun.$`uname -r`.text()).trim();
    await stage.ui.page.getByRole('link', { name: stage.device.hostname }).first().click();
    await stage.ui.page.getByRole('link', { name: 'System' }).click();

    const system = stage.ui.page.getByRole('region', { name: 'Operating system' });
    await system.getByText(kernel).waitFor();
    const accounts = stage.ui.page.getByRole('region', { name: 'Accounts' }).last();
    await accounts.getByRole('row', { name: /^root/ }).waitFor();
    await stage.ui.page.getByRole('heading', { name: 'Browser extensions' }).waitFor();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const viewport of [
      { width: 1440, height: 900 },
      { width: 390, height: 844 },
    ]) {
      test(`UI-2: each tab of the inventory is accessible, ${colorScheme} at ${viewport.width}`, async () => {
        const other = await openConsole(stage.server.url, { colorScheme, viewport });
        try {
          for (const tab of ['software', 'hardware', 'security', 'network', 'system']) {
            await other.open(`${path()}/${tab}`, stage.device.hostname);
            await other.page
              .getByText(/^As of/)
              .first()
              .waitFor();
            await other.page.getByRole('row').nth(1).waitFor();
            await expectAccessible(other.page, `${tab} ${colorScheme} ${viewport.width}`);
          }
          expect(other.browser.errors).toEqual([]);
        } finally {
          await other.close();
        }
      });
    }
  }
});
