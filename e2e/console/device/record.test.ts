import { describe, expect, test } from 'bun:test';
import type { Device } from '@muster/contracts';
import { skipReason } from '@muster/lab';
import { expectAccessible } from '../open-console.ts';
import { seedFleet } from '../seed-fleet.ts';
import { stageConsole } from '../stage.ts';

/** What people say about a device, while others say something about it, too. */
const reason = await skipReason('browser');

describe.skipIf(reason !== undefined)('the record of a device in the console', () => {
  const stage = stageConsole(({ server }) => seedFleet(server.dataFolder, 2));
  const change = (id: string, part: object) =>
    stage.server.api('PATCH', `/devices/${id}`, part, { 'if-match': '*' });

  test('UI-2: a form that changes one thing leaves what somebody else changed meanwhile, and tells of a clash', async () => {
    const { page } = stage.ui;
    const { items } = await stage.server.api<{ items: Device[] }>('GET', '/devices');
    const { id = '', hostname = '' } = items[0] ?? {};
    await stage.ui.open(`/devices/${id}/settings`, hostname);
    const save = page.getByRole('button', { name: 'Save', exact: true });
    expect(await save.isDisabled()).toBe(true);

    await page.getByRole('textbox', { name: 'Name' }).fill('Front desk');
    await change(id, { tags: { owner: 'ada' }, displayName: 'Back office' });
    await save.click();
    const told = page.getByRole('alert').filter({ hasText: 'Somebody else changed this meanwhile' });
    await told.getByText('Name: nothing became Back office').waitFor();
    await expectAccessible(page, 'device changed meanwhile');
    await save.click();
    await page
      .getByRole('alert')
      .filter({ hasText: /^Front desk is saved/ })
      .waitFor();

    const now = await stage.server.api<Device>('GET', `/devices/${id}`);
    expect([now.displayName, now.tags]).toEqual(['Front desk', { owner: 'ada' }]);
    await page.getByRole('region', { name: 'Name, tags and site' }).getByText('owner=ada').waitFor();
    expect(await told.count()).toBe(0);
  });
});
