import { describe, expect, test } from 'bun:test';
import { skipReason } from '@muster/lab';
import { expectAccessible, openConsole } from '../open-console.ts';
import { seedFleet } from '../seed-fleet.ts';
import { stageConsole } from '../stage.ts';

/** Software across the fleet and what changed on a device, in the browser; three machines report as foreign nodes do. */
const reason = await skipReason('browser');

type Row = { id: string; hostname: string };

describe.skipIf(reason !== undefined)('software and changes in the console', () => {
  let machines: Row[];
  const stage = stageConsole(async ({ server }) => {
    await seedFleet(server.dataFolder, 3);
    machines = (await server.api<{ items: Row[] }>('GET', '/devices?sort=hostname')).items;
    for (const machine of [0, 1, 2]) await push(machine, 'software', [openssl('3.0.13'), reader]);
    await push(0, 'security', [firewall('on')]);
    await push(0, 'software', [openssl('3.0.14'), reader]);
    await push(0, 'security', [firewall('off')]);
  });

  const openssl = (version: string) => ({
    kind: 'package',
    key: `deb openssl ${version}`,
    fields: {
      ecosystem: 'deb',
      name: 'openssl',
      version,
      arch: 'amd64',
      publisher: null,
      installedAt: null,
      sizeBytes: 2_048,
    },
  });
  const reader = {
    kind: 'package',
    key: 'rpm reader 9',
    fields: { ...openssl('9.1').fields, ecosystem: 'rpm', name: 'openssl-reader' },
  };
  const firewall = (state: string) => ({
    kind: 'firewall',
    key: 'nftables',
    fields: { state, detail: null },
  });
  const push = (machine: number, category: string, items: object[]) =>
    stage.server.api('POST', '/inventory', {
      deviceId: machines[machine]?.id,
      categories: [{ category, collectedAt: new Date().toISOString(), items }],
    });
  const nameOf = (machine: number) => machines[machine]?.hostname ?? '';

  test('IV-4: titles are found by a part of their name and by where they come from, in the URL', async () => {
    const { page } = stage.ui;
    await page.getByRole('link', { name: 'Software', exact: true }).click();
    await page.getByRole('heading', { name: 'Software', level: 1 }).waitFor();
    await page.getByText('2 titles').waitFor();

    await page.getByRole('textbox', { name: 'Search software' }).fill('READ');
    await page.getByText('1 title', { exact: true }).waitFor();
    await page.getByRole('row', { name: /openssl-reader RPM package 3 devices/ }).waitFor();
    await page.getByRole('combobox', { name: 'From' }).selectOption('Debian package');

    await page.getByText('No software matches').waitFor();
    expect(new URL(page.url()).search).toBe('?search=READ&from=deb');
  });

  test('IV-4: a title leads to its versions, and a version to the devices that have it', async () => {
    const { page } = stage.ui;
    await stage.ui.open('/software?search=openssl&from=deb', 'Software');
    await page.getByRole('link', { name: 'openssl', exact: true }).click();
    await page.getByRole('heading', { name: 'openssl', level: 1 }).waitFor();
    const versions = page.getByRole('region', { name: 'Versions' }).first();
    await versions.getByRole('row', { name: /^3\.0\.14 1 device/ }).waitFor();

    await versions
      .getByRole('row', { name: /^3\.0\.13/ })
      .getByRole('link', { name: '2 devices' })
      .click();

    await page.getByText('2 devices', { exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.get('q')).toBe('software "openssl" = "3.0.13"');
    await page.getByRole('link', { name: nameOf(0), exact: true }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: nameOf(1), exact: true }).waitFor();
  });

  test('IV-10: a title says on which device it changed, from which version to which', async () => {
    const { page } = stage.ui;
    await stage.ui.open('/software?search=openssl&from=deb', 'Software');
    await page.getByRole('link', { name: 'openssl', exact: true }).click();

    const row = page.getByRole('region', { name: 'Across the fleet' }).getByRole('row', { name: /Changed/ });
    await row.first().getByText('3.0.13').waitFor();
    await row.first().getByText('3.0.14').waitFor();
    await row
      .first()
      .getByRole('link', { name: nameOf(0) })
      .click();
    await page.waitForURL(/\/changes$/);
  });

  test('IV-2 IV-10: what changed on a device since a day is a URL, each thing before and after', async () => {
    const { page } = stage.ui;
    const path = `/devices/${machines[0]?.id}/changes`;
    await stage.ui.open(`${path}?since=1d`, nameOf(0));
    const table = page.getByRole('table').first();
    await table.getByRole('row', { name: /Changed nftables state on → off Security firewall/ }).waitFor();
    await table.getByRole('row', { name: /Changed openssl 3\.0\.13 → 3\.0\.14 Software/ }).waitFor();

    await page.getByRole('combobox', { name: 'Category' }).selectOption('Software');
    await table.getByText('nftables').waitFor({ state: 'detached' });
    await page.getByRole('textbox', { name: 'Since the day' }).fill('2030-01-01');

    await page.getByText('Nothing changed').waitFor();
    expect(new URL(page.url()).search).toBe('?since=2030-01-01&category=software');
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const viewport of [
      { width: 1440, height: 900 },
      { width: 390, height: 844 },
    ]) {
      test(`UI-2 IV-10: software and changes are accessible, ${colorScheme} at ${viewport.width}`, async () => {
        const other = await openConsole(stage.server.url, { colorScheme, viewport });
        const { page } = other;
        const check = (name: string) => expectAccessible(page, `${name} ${colorScheme} ${viewport.width}`);
        try {
          await other.open('/software', 'Software');
          await page.getByRole('row').nth(2).waitFor();
          await check('software titles');
          await page.getByRole('link', { name: 'openssl', exact: true }).click();
          await page.getByRole('region', { name: 'Across the fleet' }).getByRole('row').nth(1).waitFor();
          await check('software title');
          await other.open(`/devices/${machines[0]?.id}/changes`, nameOf(0));
          await page.getByRole('row').nth(2).waitFor();
          await check('changes');
          expect(other.browser.errors).toEqual([]);
        } finally {
          await other.close();
        }
      });
    }
  }
});
