import { describe, expect, test } from 'bun:test';
import { skipReason } from '@muster/lab';
import { until } from '../../src/index.ts';
import { expectAccessible } from '../open-console.ts';
import { stageMachine } from '../stage.ts';

/** What policies make of one machine, looked at and changed in the browser, against a real server and a real agent. */
const reason = await skipReason('browser');

describe.skipIf(reason !== undefined)('the policy of a device in the console', () => {
  const stage = stageMachine(({ server, device }) => {
    const fields = { fields: { checkInInterval: 120 } };
    return server.api('PUT', `/policies/site/${device.siteId}`, fields, { 'if-match': '*' });
  });

  test('GT-3: each value says where it comes from; what the device itself sets overrides it and reaches the agent', async () => {
    const { page } = stage.ui;
    await stage.ui.open(`/devices/${stage.device.id}/settings`, stage.device.hostname);
    const row = page.getByRole('region', { name: 'Policy' }).getByRole('row', { name: /^Check-in interval/ });
    await row.getByText('2 min').waitFor();
    await row.getByText(/^Site /).waitFor();
    await row.getByText('1 min (Default)').waitFor();

    await page.getByRole('textbox', { name: 'Check-in interval' }).fill('7');
    await page.getByText('A time from 30 s to 1 h, such as 90 s or 6 h').waitFor();
    expect(await page.getByRole('button', { name: 'Save policy' }).isDisabled()).toBe(true);

    await page.getByRole('textbox', { name: 'Check-in interval' }).fill('90');
    await page.getByRole('button', { name: 'Save policy' }).click();
    await row.getByText('This device').waitFor();
    await row.getByText(/2 min \(Site .*\), 1 min \(Default\)/).waitFor();
    await until('the agent follows', async () => stage.agent.log.includes('checks in each 90 s'));
    await expectAccessible(page, 'policy of a device');
  });
});
