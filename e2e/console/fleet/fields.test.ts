import { describe, expect, test } from 'bun:test';
import { skipReason } from '@muster/lab';
import { expectAccessible, openConsole } from '../open-console.ts';
import { stageMachine } from '../stage.ts';

/** Custom fields defined, set, inherited and asked for in the browser, against a real server and a real agent. */
const reason = await skipReason('browser');

describe.skipIf(reason !== undefined)('custom fields in the console', () => {
  const stage = stageMachine();

  const values = () => stage.ui.page.getByRole('region', { name: 'Custom fields', exact: true });

  test('GT-7: a field is defined with kind, choices and default, and listed', async () => {
    const { page } = stage.ui;
    await stage.ui.open('/fields', 'Custom fields');
    await page.getByRole('heading', { name: 'No custom fields yet' }).waitFor();
    await expectAccessible(page, 'fields none');
    for (const [title, key, kind] of [
      ['Owner', 'owner', 'text'],
      ['Tier', 'tier', 'enum'],
      ['Seats', 'seats', 'number'],
    ] as const) {
      await page.getByRole('button', { name: 'Define a field' }).click();
      const dialog = page.getByRole('dialog', { name: 'Define a field' });
      await dialog.getByRole('textbox', { name: 'Title' }).fill(title);
      await dialog.getByRole('textbox', { name: 'Key' }).fill('Not A Key');
      await dialog.getByText('Lower case letters, digits and _').waitFor();
      expect(await dialog.getByRole('button', { name: 'Define', exact: true }).isDisabled()).toBe(true);
      await dialog.getByRole('textbox', { name: 'Key' }).fill(key);
      await dialog.getByRole('combobox', { name: 'Kind' }).click();
      await page.getByRole('option', { name: kind, exact: true }).click();
      if (kind === 'text') await dialog.getByRole('textbox', { name: 'Default' }).fill('nobody');
      if (kind === 'enum') {
        for (const choice of ['gold', 'silver']) {
          await dialog.getByRole('combobox', { name: 'Choices' }).fill(choice);
          await dialog.getByRole('combobox', { name: 'Choices' }).press('Enter');
        }
        await expectAccessible(page, 'field dialog');
      }
      await dialog.getByRole('button', { name: 'Define', exact: true }).click();
      await dialog.waitFor({ state: 'hidden' });
    }
    await page
      .getByRole('row', { name: /^Owner/ })
      .getByText('nobody')
      .waitFor();
    await page.getByRole('row', { name: /^Tier/ }).getByText('one of gold, silver').waitFor();
    await expectAccessible(page, 'fields');
  });

  test('GT-7: a value of the site holds for its devices, and each value says where it comes from', async () => {
    const { page } = stage.ui;
    await page.goto(`${stage.server.url}/organisations`);
    await page.getByRole('link', { name: stage.device.siteName, exact: true }).click();
    await values().getByText('custom.owner · from the default of the field').waitFor();
    await values().getByRole('textbox', { name: 'Owner' }).fill('Office Amsterdam');
    await values().getByRole('combobox', { name: 'Tier' }).click();
    await page.getByRole('option', { name: 'gold' }).click();
    const line = `Copy as command: muster fields set site '${stage.device.siteName}' 'owner=Office Amsterdam' 'tier=gold'`;
    await values().getByRole('button', { name: line }).waitFor();
    await values().getByRole('button', { name: 'Save fields' }).click();
    await values().getByText('custom.owner · set here').waitFor();
    await expectAccessible(page, 'fields of a site');

    await stage.ui.open(`/devices/${stage.device.id}/settings`, stage.device.hostname);
    await values().getByText(`custom.tier · from the site ${stage.device.siteName}`).waitFor();
    const owner = values().getByRole('textbox', { name: 'Owner' });
    expect(await owner.getAttribute('placeholder')).toBe('Office Amsterdam');
    await values().getByRole('textbox', { name: 'Seats' }).fill('many');
    expect(await values().getByRole('button', { name: 'Save fields' }).isDisabled()).toBe(true);
    await values().getByRole('textbox', { name: 'Seats' }).fill('12');
    await owner.fill('Kim');
    await values().getByRole('button', { name: 'Save fields' }).click();
    await values().getByText('custom.owner · set here').waitFor();
    await values().getByText('custom.seats · set here').waitFor();
    await expectAccessible(page, 'fields of a device');
  });

  test('GT-7, IV-1: queries find the device by its field; an emptied value gives way to that of the site', async () => {
    const { page } = stage.ui;
    await page.goto(
      `${stage.server.url}/devices?q=${encodeURIComponent('custom.owner = Kim and custom.seats > 10')}`,
    );
    await page.getByRole('checkbox', { name: `Select ${stage.device.hostname}` }).waitFor();
    await stage.ui.open(`/devices/${stage.device.id}/settings`, stage.device.hostname);
    await values().getByRole('textbox', { name: 'Owner' }).fill('');
    await values().getByRole('button', { name: 'Save fields' }).click();
    await values().getByText(`custom.owner · from the site ${stage.device.siteName}`).waitFor();
  });

  test('GT-7: a definition is changed, and removed by its key with all its values', async () => {
    const { page } = stage.ui;
    await stage.ui.open('/fields', 'Custom fields');
    await page.getByRole('button', { name: 'Change Seats' }).click();
    const dialog = page.getByRole('dialog', { name: 'Change field Seats' });
    expect(await dialog.getByRole('textbox', { name: 'Key' }).isDisabled()).toBe(true);
    await dialog.getByRole('textbox', { name: 'Title' }).fill('Licensed seats');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Remove Licensed seats' }).click();
    const sure = page.getByRole('dialog', { name: 'Remove field Licensed seats' });
    const button = sure.getByRole('button', { name: 'Remove', exact: true });
    expect(await button.isDisabled()).toBe(true);
    await sure.getByRole('textbox').fill('seats');
    await button.click();
    await page.getByText('Field Licensed seats is removed').waitFor();
    expect(await page.getByRole('row', { name: /^Licensed seats/ }).count()).toBe(0);
  });

  test('GT-7: the pages are accessible in the dark and on a phone', async () => {
    const dark = await openConsole(stage.server.url, {
      colorScheme: 'dark',
      viewport: { width: 390, height: 844 },
    });
    try {
      await dark.open('/fields', 'Custom fields');
      await dark.page.getByRole('button', { name: 'Change Owner' }).waitFor();
      await expectAccessible(dark.page, 'fields dark phone');
      await dark.page.getByRole('button', { name: 'Define a field' }).click();
      await dark.page.getByRole('dialog').getByRole('textbox', { name: 'Title' }).waitFor();
      await expectAccessible(dark.page, 'field dialog dark phone');
    } finally {
      await dark.close();
    }
  });
});
