import { describe, expect, test } from 'bun:test';
import { skipReason } from '@muster/lab';
import { until } from '../../src/index.ts';
import { expectAccessible, openConsole } from '../open-console.ts';
import { stageMachine } from '../stage.ts';

/** Policies of an organisation, a site and a group, shown, tried and set in the browser, against a real agent. */
const reason = await skipReason('browser');

describe.skipIf(reason !== undefined)('policies of places in the console', () => {
  const stage = stageMachine(({ server }) =>
    server.api('POST', '/groups', { name: 'Linux machines', kind: 'smart', query: 'os = linux' }),
  );

  const policy = () => stage.ui.page.getByRole('region', { name: 'Policy', exact: true });
  const field = (name: string) => policy().getByRole('textbox', { name });
  const preview = () => policy().getByRole('region', { name: 'What would change' });
  const save = () => policy().getByRole('button', { name: 'Save policy' });

  test('GT-3: the policy of a site shows for which devices what would change before it is saved', async () => {
    const { page } = stage.ui;
    await page.goto(`${stage.server.url}/organisations`);
    await page.getByRole('link', { name: stage.device.siteName, exact: true }).click();
    await page.getByRole('heading', { name: stage.device.siteName, level: 1 }).waitFor();
    expect(await save().isDisabled()).toBe(true);
    await field('Check-in interval').fill('120');
    await preview().getByText('1 device would change', { exact: true }).waitFor();
    await preview().getByText('Check-in interval: 1 min → 2 min for 1 device').waitFor();
    await preview().getByRole('row', { name: stage.device.hostname }).getByText('1 min → 2 min').waitFor();
    await policy()
      .getByRole('button', {
        name: `Copy as command: muster policies set site '${stage.device.siteName}' checkInInterval=120`,
      })
      .waitFor();
    await expectAccessible(page, 'policy of a site');
    await save().click();
    await page.getByText(`The policy of ${stage.device.siteName} is saved`).waitFor();
    await until('the agent follows', async () => stage.agent.log.includes('checks in each 120 s'));
  });

  test('GT-3: the policy of an organisation changes nothing where its site says otherwise, and says so', async () => {
    const { page } = stage.ui;
    await page.goto(`${stage.server.url}/organisations`);
    await page.getByRole('link', { name: /^Fields and policy of / }).click();
    await field('Check-in interval').fill('5 min');
    await preview().getByText('Nothing would change for any device').waitFor();
    await field('Offline limit').fill('7');
    await page.getByText('A time from 1 min to 7 d, such as 90 s or 6 h').waitFor();
    expect(await save().isDisabled()).toBe(true);
    await field('Offline limit').fill('15min');
    await preview()
      .getByText('Offline limit: 6 min → 15 min for 1 device')
      .or(preview().getByText('Offline limit: 3 min → 15 min for 1 device'))
      .waitFor();
    await save().click();
    await page.getByText(/^The policy of .* is saved/).waitFor();
    expect(await save().isDisabled()).toBe(true);
  });

  test('GT-3: the policy of a group overrides those of its site, reaches the agent, and is taken back', async () => {
    const { page } = stage.ui;
    await stage.ui.open('/groups', 'Groups');
    await page.getByRole('link', { name: 'Linux machines', exact: true }).click();
    await field('Check-in interval').fill('90');
    await preview().getByText('Check-in interval: 2 min → 1 min 30 s for 1 device').waitFor();
    await expectAccessible(page, 'policy of a group');
    await save().click();
    await page.getByText('The policy of Linux machines is saved').waitFor();
    await until('the agent follows', async () => stage.agent.log.includes('checks in each 90 s'));
    await field('Check-in interval').fill('');
    await preview().getByText('Check-in interval: 1 min 30 s → 2 min for 1 device').waitFor();
    const line = "Copy as command: muster policies clear group 'Linux machines' checkInInterval";
    await policy().getByRole('button', { name: line }).waitFor();
    await save().click();
    await preview().waitFor({ state: 'hidden' });
  });

  test('GT-3: what somebody else changed meanwhile is told in the form', async () => {
    const { page } = stage.ui;
    await field('Check-in interval').fill('75');
    await preview().getByText('1 device would change', { exact: true }).waitFor();
    const groupId = new URL(page.url()).pathname.split('/').at(-1);
    await stage.server.api(
      'PUT',
      `/policies/group/${groupId}`,
      { fields: { inventoryInterval: 43_200 } },
      { 'if-match': '*' },
    );
    await save().click();
    await page.getByText('Could not save the policy of Linux machines').waitFor();
    const meanwhile = page.getByText('Somebody else changed this meanwhile');
    await meanwhile.waitFor();
    await save().click();
    await meanwhile.waitFor({ state: 'hidden' });
  });

  test('GT-3: the policy of a place is accessible in the dark and on a phone', async () => {
    const dark = await openConsole(stage.server.url, {
      colorScheme: 'dark',
      viewport: { width: 390, height: 844 },
    });
    try {
      await dark.open('/groups', 'Groups');
      await dark.page.getByRole('link', { name: 'Linux machines', exact: true }).click();
      await dark.page.getByRole('textbox', { name: 'Check-in interval' }).fill('200');
      await dark.page.getByText('1 device would change', { exact: true }).waitFor();
      await expectAccessible(dark.page, 'policy of a group dark phone');
    } finally {
      await dark.close();
    }
  });
});
