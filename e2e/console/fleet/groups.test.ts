import { describe, expect, test } from 'bun:test';
import { skipReason } from '@muster/lab';
import { expectAccessible, openConsole } from '../open-console.ts';
import { stageMachine } from '../stage.ts';

/** Groups made, looked at and removed in the browser, against a real server and a real agent. */
const reason = await skipReason('browser');

describe.skipIf(reason !== undefined)('groups in the console', () => {
  const stage = stageMachine();

  test('GT-5: a smart group shows what its query means while it is typed, and its devices once it is there', async () => {
    const { page } = stage.ui;
    await stage.ui.open('/groups', 'Groups');
    await page.getByRole('heading', { name: 'No groups yet' }).waitFor();
    await expectAccessible(page, 'groups none');

    await page.getByRole('button', { name: 'Add a smart group' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a smart group' });
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Linux machines');
    const box = dialog.getByRole('textbox', { name: 'Which devices' });
    await box.fill('os = linux and and');
    await box.press('Enter');
    await dialog.getByRole('alert').waitFor();
    await box.fill('os = linux');
    await box.press('Enter');
    await dialog.getByText('1 device matches').waitFor();
    await dialog.getByRole('region', { name: 'Preview' }).getByText(stage.device.hostname).waitFor();
    await dialog.getByText(/os is set by the device itself/).waitFor();
    await expectAccessible(page, 'group dialog');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });

    await page.getByRole('link', { name: 'Linux machines', exact: true }).click();
    await page.getByRole('heading', { name: 'Linux machines', level: 1 }).waitFor();
    await page
      .getByRole('region', { name: 'Devices of the group' })
      .getByRole('row', { name: `${stage.device.hostname} Online` })
      .getByRole('link')
      .waitFor();
    await expectAccessible(page, 'group smart');
  });

  test('GT-5: changing a query says first who would leave', async () => {
    const { page } = stage.ui;
    await page.getByRole('button', { name: 'Change', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Change group Linux machines' });
    const box = dialog.getByRole('textbox', { name: 'Which devices' });
    await box.fill('os = windows');
    await box.press('Enter');
    await dialog.getByText('0 devices match: 0 would enter, 1 would leave').waitFor();
    // What stands in the box is what is saved, also when it was typed a moment ago.
    await box.fill('os = windows or or');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Could not save group Linux machines').waitFor();
    await box.fill('os = windows');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('No device matches now.').waitFor();
    const moved = page.getByRole('region', { name: 'Who came and went' });
    await moved.getByRole('row', { name: new RegExp(`Left ${stage.device.hostname}`) }).waitFor();
    await moved.getByRole('row', { name: new RegExp(`Entered ${stage.device.hostname}`) }).waitFor();
    await expectAccessible(page, 'group changes');
  });

  test('GT-3, GT-4: a static group lies in another, takes devices from the list, and gives them back', async () => {
    const { page } = stage.ui;
    await stage.ui.open('/groups', 'Groups');
    for (const [name, outer] of [['Servers'], ['Web servers', 'Servers']] as const) {
      await page.getByRole('button', { name: 'Add a static group' }).click();
      const dialog = page.getByRole('dialog', { name: 'Add a static group' });
      await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
      if (outer) {
        await dialog.getByRole('combobox', { name: 'Lies in' }).click();
        await page.getByRole('option', { name: outer, exact: true }).click();
      }
      await dialog.getByRole('button', { name: 'Add', exact: true }).click();
      await dialog.waitFor({ state: 'hidden' });
    }
    await stage.ui.open('/devices', 'Devices');
    await page.getByRole('checkbox', { name: `Select ${stage.device.hostname}` }).click();
    await page.getByRole('button', { name: 'Add to group' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add 1 device to a group' });
    await dialog.getByRole('combobox', { name: 'Static group' }).click();
    await page.getByRole('option', { name: 'Web servers' }).click();
    await expectAccessible(page, 'group add devices');
    await dialog.getByRole('button', { name: 'Add 1 device' }).click();
    await page.getByText('1 device in Web servers').waitFor();

    await stage.ui.open('/groups', 'Groups');
    await expectAccessible(page, 'groups tree');
    await page.getByRole('link', { name: 'Web servers', exact: true }).click();
    await page.getByRole('button', { name: `Take ${stage.device.hostname} out` }).click();
    await page.getByText(`${stage.device.hostname} is out of Web servers`).waitFor();
    await page.getByText('None yet. Select some').waitFor();
  });

  test('GT-3: removing demands the name, and is refused while another group lies inside', async () => {
    const { page } = stage.ui;
    const remove = async (name: string) => {
      await stage.ui.open('/groups', 'Groups');
      await page.getByRole('link', { name, exact: true }).click();
      await page.getByRole('heading', { name, level: 1 }).waitFor();
      await page.getByRole('button', { name: 'Remove', exact: true }).click();
      const dialog = page.getByRole('dialog', { name: `Remove group ${name}` });
      const button = dialog.getByRole('button', { name: 'Remove', exact: true });
      expect(await button.isDisabled()).toBe(true);
      await dialog.getByRole('textbox').fill(name);
      await button.click();
    };
    await remove('Servers');
    await page.getByText('Could not remove group Servers').waitFor();
    await remove('Web servers');
    await page.getByText('Group Web servers is removed').waitFor();
    expect(await page.getByRole('link', { name: 'Web servers', exact: true }).count()).toBe(0);
  });

  test('GT-5: the pages are accessible in the dark and on a phone', async () => {
    const dark = await openConsole(stage.server.url, {
      colorScheme: 'dark',
      viewport: { width: 390, height: 844 },
    });
    try {
      await dark.open('/groups', 'Groups');
      await dark.page.getByRole('link', { name: 'Linux machines', exact: true }).waitFor();
      await expectAccessible(dark.page, 'groups dark phone');
      await dark.page.getByRole('button', { name: 'Add a smart group' }).click();
      await dark.page.getByRole('dialog').getByRole('textbox', { name: 'Which devices' }).waitFor();
      await expectAccessible(dark.page, 'group dialog dark phone');
    } finally {
      await dark.close();
    }
  });
});
