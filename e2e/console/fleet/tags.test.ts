import { describe, expect, test } from 'bun:test';
import { skipReason } from '@muster/lab';
import { expectAccessible, openConsole } from '../open-console.ts';
import { stageMachine } from '../stage.ts';

/** Tags by hand and by a smart group, in the browser, against a real server and a real agent. */
const reason = await skipReason('browser');

describe.skipIf(reason !== undefined)('tags in the console', () => {
  const stage = stageMachine(({ server }) =>
    server.api('POST', '/groups', { name: 'Linux machines', kind: 'smart', query: 'os = linux' }),
  );

  test('GT-6: a smart group is given tags, and its members have them and say from where', async () => {
    const { page } = stage.ui;
    await stage.ui.open('/groups', 'Groups');
    await page.getByRole('link', { name: 'Linux machines', exact: true }).click();
    const panel = page.getByRole('region', { name: 'Tags that it carries' });
    const box = panel.getByRole('combobox', { name: 'Tags' });
    await box.fill('nonsense');
    await box.press('Enter');
    await panel.getByText('“nonsense” is no tag').waitFor();
    expect(await panel.getByRole('button', { name: 'Save tags' }).isDisabled()).toBe(true);
    await box.press('Backspace');
    for (const tag of ['role=server', 'ring=1']) {
      await box.fill(tag);
      await box.press('Enter');
    }
    const line = "Copy as command: muster tags group 'Linux machines' 'role=server' 'ring=1'";
    await panel.getByRole('button', { name: line }).waitFor();
    await panel.getByRole('button', { name: 'Save tags' }).click();
    await page.getByText('The tags of Linux machines are saved').waitFor();
    await expectAccessible(page, 'tags of a group');

    await stage.ui.open(`/devices/${stage.device.id}/settings`, stage.device.hostname);
    const row = page.getByRole('row', { name: /^role=server/ });
    await row.getByRole('link', { name: 'Group Linux machines' }).waitFor();
  });

  test('GT-6: tags set by hand on a selection win over those of a group, and give way when they are taken away', async () => {
    const { page } = stage.ui;
    const change = async (box: string, word: string) => {
      await stage.ui.open('/devices', 'Devices');
      await page.getByRole('checkbox', { name: `Select ${stage.device.hostname}` }).click();
      await page
        .getByRole('region', { name: 'Selected devices' })
        .getByRole('button', { name: 'Tags' })
        .click();
      const dialog = page.getByRole('dialog', { name: 'Tags of 1 device' });
      expect(await dialog.getByRole('button', { name: 'Change tags' }).isDisabled()).toBe(true);
      await dialog.getByRole('combobox', { name: box }).fill(word);
      await dialog.getByRole('combobox', { name: box }).press('Enter');
      // Away from the box, which closes what it offers.
      await dialog.getByRole('button', { name: 'Change tags' }).focus();
      await page.getByRole('listbox').first().waitFor({ state: 'hidden' });
      await expectAccessible(page, `tags dialog ${box}`);
      await dialog.getByRole('button', { name: 'Change tags' }).click();
      await page.getByText('Tags of 1 of 1 device are changed').waitFor();
      await stage.ui.open(`/devices/${stage.device.id}/settings`, stage.device.hostname);
    };
    await change('Set', 'role=web');
    const row = page.getByRole('row', { name: /^role=web/ });
    await row.getByText('set by hand').waitFor();
    await row.getByText('server (Group Linux machines)').waitFor();
    await expectAccessible(page, 'tags of a device');
    await change('Take away', 'role');
    await page
      .getByRole('row', { name: /^role=server/ })
      .getByText('Group Linux machines')
      .waitFor();
  });

  test('GT-6: the tags of a group are accessible in the dark and on a phone', async () => {
    const dark = await openConsole(stage.server.url, {
      colorScheme: 'dark',
      viewport: { width: 390, height: 844 },
    });
    try {
      await dark.open('/groups', 'Groups');
      await dark.page.getByRole('link', { name: 'Linux machines', exact: true }).click();
      await dark.page.getByText('ring=1').waitFor();
      await expectAccessible(dark.page, 'tags of a group dark phone');
    } finally {
      await dark.close();
    }
  });
});
