import { describe, expect, test } from 'bun:test';
import { skipReason } from '@muster/lab';
import { expectAccessible, openConsole } from './open-console.ts';
import { stageConsole } from './stage.ts';

/** Settings and sign-in providers in a real browser. */
const reason = await skipReason('browser');

type Setting = { key: string; value: unknown; etag: string };

describe.skipIf(reason !== undefined)('the settings page', () => {
  const stage = stageConsole();
  const setting = async (key: string) =>
    (await stage.server.api<{ items: Setting[] }>('GET', '/settings')).items.find((item) => item.key === key);

  test('a setting is changed from the page, says who changed it, and goes back to its default', async () => {
    const { page, open } = stage.ui;
    await open('/settings', 'Settings');
    const form = page.getByRole('form', { name: 'Name' });
    expect(await form.getByRole('button', { name: 'Save Name' }).isDisabled()).toBe(true);
    await form.getByRole('textbox').fill('Muster of Acme');
    await form.getByRole('button', { name: 'Save Name' }).click();
    await page.getByText('Name is saved').waitFor();
    await form.getByText(/Changed by /).waitFor();
    expect((await setting('installation.name'))?.value).toBe('Muster of Acme');

    await form.getByRole('button', { name: 'Back to the default of Name' }).click();
    await form.getByText('The default holds.').waitFor();
    expect((await setting('installation.name'))?.value).toBe('');
  });

  test('a value that the server refuses is told with the server’s reason, and nothing changes', async () => {
    const { page, open } = stage.ui;
    await open('/settings', 'Settings');
    const form = page.getByRole('form', { name: 'Commands, days' });
    const before = await setting('commands.retentionDays');
    await form.getByRole('textbox').fill('0');
    await form.getByRole('button', { name: 'Save Commands, days' }).click();

    await page.getByText('Commands, days must be at least 1.').waitFor();
    expect(await setting('commands.retentionDays')).toEqual(before as Setting);
  });

  test('a setting that somebody else changed meanwhile is not overwritten', async () => {
    const { page, open } = stage.ui;
    await open('/settings', 'Settings');
    const form = page.getByRole('form', { name: 'Name' });
    await form.getByRole('textbox').fill('mine');
    const { etag } = (await setting('installation.name')) as Setting;
    await stage.server.api('PATCH', '/settings/installation.name', { value: 'theirs' }, { 'if-match': etag });
    await form.getByRole('button', { name: 'Save Name' }).click();

    await page.getByText('Could not change Name').waitFor();
    await page
      .getByRole('form', { name: 'Name' })
      .getByText(/Changed by /)
      .waitFor();
    expect((await setting('installation.name'))?.value).toBe('theirs');
  });

  test('SE-5: a provider is added by the form, tested, turned off and removed by its name', async () => {
    const { page, open } = stage.ui;
    await open('/providers', 'Sign-in providers');
    await page.getByRole('heading', { name: 'No sign-in providers' }).waitFor();
    await page.getByRole('button', { name: 'Add an OpenID provider' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: /^Name/ }).fill('Example');
    await dialog.getByRole('textbox', { name: /^Issuer/ }).fill('http://127.0.0.1:9');
    await dialog.getByRole('textbox', { name: /^Client id/ }).fill('muster');
    await dialog.getByLabel('Client secret').fill('a secret of the test');
    await dialog.getByRole('button', { name: 'Give a group a role' }).click();
    await dialog.getByRole('textbox', { name: 'Group 1' }).fill('ops');
    await expectAccessible(page, 'provider form');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();

    const panel = page.getByRole('region', { name: 'Example' });
    await panel.getByText('ops: Admin everywhere').waitFor();
    expect(await page.content()).not.toContain('a secret of the test');
    await panel.getByRole('button', { name: 'Test Example' }).click();
    await panel.getByText(/discovery failed/).waitFor();
    await panel.getByRole('switch', { name: 'People sign in by Example' }).press('Space');
    await panel.getByText('Off', { exact: true }).waitFor();
    await panel.getByRole('button', { name: 'Remove Example' }).click();
    await dialog.getByRole('textbox').fill('Example');
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByRole('heading', { name: 'No sign-in providers' }).waitFor();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1440, 390]) {
      test(`UI-1: settings and providers are accessible, ${colorScheme} at ${width}`, async () => {
        const other = await openConsole(stage.server.url, { colorScheme, viewport: { width, height: 844 } });
        try {
          await other.open('/settings', 'Settings');
          await other.page.getByRole('form').first().waitFor();
          await expectAccessible(other.page, `server settings ${colorScheme} ${width}`);
          await other.open('/providers', 'Sign-in providers');
          await other.page.getByRole('button', { name: 'Add a directory' }).click();
          await other.page.getByRole('dialog').getByText('Servers').first().waitFor();
          await expectAccessible(other.page, `directory form ${colorScheme} ${width}`);
        } finally {
          await other.close();
        }
      });
    }
  }
});
