import { describe, test } from 'bun:test';
import { skipReason } from '@muster/lab';
import { expectAccessible, openConsole } from '../open-console.ts';
import { stageMachine } from '../stage.ts';

/** What the console says of a machine that has gone away, with a real agent that was killed. */
const reason = await skipReason('browser');

describe.skipIf(reason !== undefined)('a device that went away', () => {
  const stage = stageMachine();
  const notice = (text: RegExp) => stage.ui.page.getByRole('alert').filter({ hasText: text });

  test('UI-10: its last numbers are not shown as those of now', async () => {
    const { page } = stage.ui;
    await stage.ui.open(`/devices/${stage.device.id}`, stage.device.hostname);
    await page.getByRole('img', { name: /^CPU: busy \d/ }).waitFor();
    await stage.agent.end('SIGKILL');

    await page.getByRole('img', { name: 'CPU: busy not recorded' }).waitFor({ timeout: 60_000 });
    await page.getByText(/^As it was at the last contact, /).waitFor();
    await expectAccessible(page, 'device away');

    const { lastSeenAt } = await stage.fleet.presence(stage.device.id, 'unresponsive', 60_000);
    const empty = 'from=2020-01-01T00:00:00Z&to=2020-01-01T01:00:00Z';
    await stage.ui.open(`/devices/${stage.device.id}?${empty}`, stage.device.hostname);
    await page.getByRole('link', { name: 'Show its last hour' }).click();
    await page.waitForURL(({ searchParams: shown }) => shown.get('to') === lastSeenAt);
  });

  test('UI-2: what waits for it can be cancelled from its record, which is told as wished and not as a failure', async () => {
    const { page } = stage.ui;
    await page.getByRole('link', { name: 'Security' }).click();
    await page.getByRole('button', { name: 'Collect now' }).click();
    const waits = notice(/^Collecting waits for/);
    await waits.getByRole('link').click();
    await page.getByRole('button', { name: 'Cancel command' }).click();
    await notice(/: cancelled/).waitFor();
    await notice(/: cancelled/)
      .and(page.locator(':not([style*="red"])'))
      .waitFor();

    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Commands' }).click();
    await page.getByRole('combobox', { name: 'State' }).click();
    await page.getByRole('option', { name: 'Cancelled' }).click();
    await page.getByRole('link', { name: 'Collect inventory' }).waitFor();
  });

  test('UI-1: on a phone, too, the lists say of what device a command was, and when and of what an audit row', async () => {
    const { hostname } = stage.device;
    const phone = await openConsole(stage.server.url, { viewport: { width: 390, height: 844 } });
    try {
      await phone.open('/commands', 'Commands');
      await phone.page
        .getByRole('cell', { name: new RegExp(`^Collect inventory ${hostname} · .* ago$`) })
        .waitFor();
      await expectAccessible(phone.page, 'commands on a phone');
      await phone.open('/audit?action=command.requested', 'Audit log');
      await phone.page
        .getByRole('cell', { name: /^command\.requested .* ago · ./ })
        .first()
        .waitFor();
      await expectAccessible(phone.page, 'audit on a phone');
    } finally {
      await phone.close();
    }
  });
});
