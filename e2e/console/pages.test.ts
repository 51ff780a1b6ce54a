import { describe, expect, test } from 'bun:test';
import { skipReason } from '@muster/lab';
import { type Console, expectAccessible, openConsole } from './open-console.ts';
import { stageMachine } from './stage.ts';

/** Every page of the console against a real server and the agent of this machine, in both themes and both sizes. */
const reason = await skipReason('browser');

const SIZES = [
  { name: 'wide', viewport: { width: 1440, height: 900 } },
  { name: 'narrow', viewport: { width: 390, height: 844 } },
] as const;

describe.skipIf(reason !== undefined)('the console', () => {
  const stage = stageMachine(async ({ fleet, device }) => {
    const listed = await fleet.run(device.id, 'process.list', {});
    await fleet.ended(listed.id, 60_000);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const { name, viewport } of SIZES) {
      test(`UI-1 UI-2: every page is accessible, ${colorScheme} and ${name}`, async () => {
        const console = await openConsole(stage.server.url, { colorScheme, viewport });
        try {
          await visitAll(console, `${colorScheme} ${name}`);
          expect(console.browser.errors.filter((error) => !error.includes('401'))).toEqual([]);
        } finally {
          await console.close();
        }
      });
    }
  }

  async function visitAll({ page, open }: Console, look: string): Promise<void> {
    const { id, hostname } = stage.device;
    const device = `/devices/${id}`;
    await open('/devices', 'Devices');
    await page
      .getByRole('row', { name: new RegExp(hostname) })
      .getByText('Online')
      .waitFor();
    await expectAccessible(page, `devices ${look}`);
    await page.getByRole('checkbox', { name: `Select ${hostname}` }).click();
    await page.getByRole('button', { name: 'Retire', exact: true }).click();
    await page.getByRole('dialog').getByRole('textbox').waitFor();
    await expectAccessible(page, `retire ${look}`);
    await open(device, hostname);
    await page.getByRole('img', { name: /^CPU: busy/ }).waitFor();
    await page.getByRole('cell', { name: /used$/ }).first().waitFor();
    await expectAccessible(page, `overview ${look}`);
    await open(`${device}/processes`, hostname);
    await page.getByRole('table', { name: 'Processes' }).waitFor();
    await expectAccessible(page, `processes ${look}`);
    await open(`${device}/settings`, hostname);
    await expectAccessible(page, `settings ${look}`);
    await open('/commands', 'Commands');
    await page.getByRole('link', { name: 'List processes' }).first().click();
    await page.getByRole('heading', { name: 'Result' }).waitFor();
    await expectAccessible(page, `command ${look}`);
    await open('/enrolment', 'Add devices');
    await page.getByRole('button', { name: /^Options/ }).click();
    await page.getByRole('checkbox', { name: /wait until/ }).waitFor();
    await expectAccessible(page, `token options ${look}`);
    await page.getByRole('button', { name: 'Make installer line' }).click();
    await page.getByRole('tab', { name: 'Linux' }).waitFor();
    await expectAccessible(page, `installer line ${look}`);
    await page.keyboard.press('Control+k');
    await page.getByRole('textbox', { name: 'Search devices, pages and actions' }).fill(hostname);
    await page.getByRole('button', { name: new RegExp(hostname) }).waitFor();
    await expectAccessible(page, `palette ${look}`);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Keyboard' }).click();
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await expectAccessible(page, `keyboard ${look}`);
  }
});
