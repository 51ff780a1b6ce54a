import { describe, expect, test } from 'bun:test';
import type { Device } from '@muster/contracts';
import { skipReason } from '@muster/lab';
import { expectAccessible, openConsole } from '../open-console.ts';
import { seedFleet } from '../seed-fleet.ts';
import { stageConsole } from '../stage.ts';

/** What is done to many devices at once, in the browser against a real server. */
const reason = await skipReason('browser');
/** As many as are done without a number typed, and one more. */
const UNTYPED = 25;
const MANY = UNTYPED + 1;

describe.skipIf(reason !== undefined)('many devices at once in the console', () => {
  const stage = stageConsole(({ server }) => seedFleet(server.dataFolder, MANY));
  const dialog = () => stage.ui.page.getByRole('dialog');
  const devices = async () =>
    (await stage.server.api<{ items: Device[] }>('GET', '/devices?limit=100&sort=hostname')).items;
  const tagged = async (key: string) => (await devices()).filter(({ tags }) => key in tags).length;
  const selectAll = () => stage.ui.page.getByRole('checkbox', { name: 'Select all loaded rows' }).click();
  const ask = (deed: string) =>
    stage.ui.page
      .getByRole('region', { name: 'Selected devices' })
      .getByRole('button', { name: deed, exact: true })
      .click();

  test('UI-1 GT-6: tags of 26 devices are changed when their number was typed, and of 25 without', async () => {
    await stage.ui.open('/devices', 'Devices');
    await selectAll();
    await ask('Tags');
    await dialog().getByRole('combobox', { name: 'Set' }).fill('wave=1');
    await dialog().getByRole('combobox', { name: 'Set' }).press('Enter');
    const change = dialog().getByRole('button', { name: 'Change tags' });
    const sure = dialog().getByRole('textbox', { name: `Type ${MANY} to go on` });
    expect(await change.isDisabled()).toBe(true);
    await sure.fill('25');
    expect(await change.isDisabled()).toBe(true);
    await sure.press('Enter');
    await expectAccessible(stage.ui.page, 'tags of many');
    expect(await tagged('wave')).toBe(0);

    await sure.fill(String(MANY));
    await change.click();
    await stage.ui.page.getByText('Tags of 26 of 26 devices are changed').waitFor();
    expect(await tagged('wave')).toBe(MANY);

    await selectAll();
    const [first] = await devices();
    await stage.ui.page.getByRole('checkbox', { name: `Select ${first?.hostname}` }).click();
    await ask('Tags');
    await dialog().getByRole('combobox', { name: 'Take away' }).fill('wave');
    await dialog().getByRole('combobox', { name: 'Take away' }).press('Enter');
    await dialog().getByRole('combobox', { name: 'Take away' }).press('Tab');
    expect(await sure.count()).toBe(0);
    await change.click();
    await stage.ui.page.getByText('Tags of 25 of 25 devices are changed').waitFor();
    expect(await tagged('wave')).toBe(1);
  });

  test('UI-1 GT-3: 26 devices are put into a group when their number was typed', async () => {
    const group = await stage.server.api<{ id: string }>('POST', '/groups', { name: 'All', kind: 'static' });
    await stage.ui.open('/devices', 'Devices');
    await selectAll();
    await ask('Add to group');
    await dialog().getByRole('combobox', { name: 'Static group' }).click();
    await stage.ui.page.getByRole('option', { name: 'All', exact: true }).click();
    const add = dialog().getByRole('button', { name: 'Add 26 devices' });
    expect(await add.isDisabled()).toBe(true);
    await dialog()
      .getByRole('textbox', { name: `Type ${MANY} to go on` })
      .fill(String(MANY));
    await add.click();
    await stage.ui.page.getByText('26 devices in All').waitFor();
    const inside = await stage.server.api<{ items: object[] }>(
      'GET',
      `/groups/${group.id}/devices?limit=100`,
    );
    expect(inside.items).toHaveLength(MANY);
  });

  test('UI-1 GT-5: what is more than a page follows when asked for, and then the button is gone', async () => {
    const smart = { name: 'Everything', kind: 'smart', query: 'os in (linux, windows, darwin)' };
    const { id } = await stage.server.api<{ id: string }>('POST', '/groups', smart);
    const dark = await openConsole(stage.server.url, { colorScheme: 'dark' });
    try {
      await dark.open(`/groups/${id}`, 'Everything');
      const moved = dark.page.getByRole('region', { name: 'Who came and went' }).first();
      const entered = moved.getByRole('row', { name: /Entered/ });
      const more = moved.getByRole('button', { name: 'Show more' });
      await more.scrollIntoViewIfNeeded();
      expect(await entered.count()).toBe(20);
      await expectAccessible(dark.page, 'came and went dark');
      await more.press('Enter');
      await more.waitFor({ state: 'detached' });
      expect(await entered.count()).toBe(MANY);
    } finally {
      await dark.close();
    }
  });

  test('UI-1: 26 devices are suspended when their number was typed, and two retired only so', async () => {
    await stage.ui.open('/devices', 'Devices');
    await selectAll();
    await ask('Suspend');
    const suspend = dialog().getByRole('button', { name: 'Suspend', exact: true });
    expect(await suspend.isDisabled()).toBe(true);
    await dialog()
      .getByRole('textbox', { name: `Type ${MANY} to go on` })
      .fill(String(MANY));
    await suspend.click();
    await stage.ui.page.getByText('26 of 26 devices are suspended').waitFor();
    expect((await devices()).map(({ lifecycle }) => lifecycle)).not.toContain('active');

    for (const { hostname } of (await devices()).slice(0, 2))
      await stage.ui.page.getByRole('checkbox', { name: `Select ${hostname}` }).click();
    await ask('Retire');
    const retire = dialog().getByRole('button', { name: 'Retire', exact: true });
    expect(await retire.isDisabled()).toBe(true);
    await dialog().getByRole('textbox', { name: 'Type 2 to go on' }).fill('2');
    await retire.click();
    await stage.ui.page.getByText('2 of 2 devices are retired').waitFor();
  });
});
