import { describe, expect, test } from 'bun:test';
import type { SavedView } from '@muster/contracts';
import { skipReason } from '@muster/lab';
import { until } from '../../src/index.ts';
import { type Console, expectAccessible, openConsole } from '../open-console.ts';
import { stageMachine } from '../stage.ts';

/** Saved views in the browser, over a real server and this very machine. */
const reason = await skipReason('browser');

describe.skipIf(reason !== undefined)('saved views in the console', () => {
  const stage = stageMachine();

  const stored = async () => (await stage.server.api<{ items: SavedView[] }>('GET', '/views')).items;
  const button = (name: string | RegExp) => stage.ui.page.getByRole('button', { name });
  const pick = async (name: string, item: string) => {
    await button(name).click();
    await stage.ui.page.getByRole('menuitem', { name: item, exact: true }).click();
  };
  const filter = async (text: string) => {
    const box = stage.ui.page.getByRole('textbox', { name: 'Filter devices' });
    await box.fill(text);
    await box.press('Enter');
    await stage.ui.page.waitForURL((url) => (url.searchParams.get('q') ?? '') === text);
  };
  /** The menu is all there: colours are judged of what is seen in the end. */
  const settled = (page: Console['page']) =>
    until('the menu is all there', async () => {
      return (
        (await page.evaluate(`getComputedStyle(document.querySelector('[role="menu"]')).opacity`)) === '1'
      );
    });
  const address = () => new URL(stage.ui.page.url()).searchParams;

  test('UI-1: filter, columns and order are saved under a name, which is in the address', async () => {
    const { page } = stage.ui;
    await stage.ui.open('/devices', 'Devices');
    await button('Views').click();
    await page.getByText('No views yet').waitFor();
    await settled(page);
    await expectAccessible(page, 'views none');
    await page.keyboard.press('Escape');

    await button('Columns and density').click();
    await page.getByRole('menuitemcheckbox', { name: 'Agent' }).click();
    await page.keyboard.press('Escape');
    await filter('os = linux');
    await pick('Views', 'Save as a new view…');
    const dialog = page.getByRole('dialog', { name: 'Save as a new view' });
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Linux machines');
    await expectAccessible(page, 'view dialog');
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('View Linux machines is saved').waitFor();
    await dialog.waitFor({ state: 'hidden' });
    const [view] = await stored();
    expect(view).toMatchObject({ name: 'Linux machines', query: 'os = linux', orgId: null });
    expect(view?.columns).toContain('agent');
    expect([address().get('view'), address().get('q')]).toEqual([view?.id ?? '', 'os = linux']);
  });

  test('UI-1: what differs from the view is said, and saved when asked', async () => {
    await filter('os = windows');
    await button('Linux machines changed').waitFor();
    await pick('Linux machines changed', 'Save changes');
    await stage.ui.page.getByText('View Linux machines is changed').waitFor();
    expect((await stored())[0]?.query).toBe('os = windows');
    await filter('os = linux');
    await pick('Linux machines changed', 'Save changes');
    await button(/^Linux machines$/).waitFor();
  });

  test('UI-1: the address of a view alone opens its query, order and columns; closing it brings back one’s own', async () => {
    const { page } = stage.ui;
    const id = address().get('view');
    await stage.ui.open('/devices', 'Devices');
    await button('Columns and density').click();
    await page.getByRole('menuitemcheckbox', { name: 'Agent' }).click();
    await page.keyboard.press('Escape');
    const agent = page.getByRole('columnheader', { name: 'Agent' });
    await agent.waitFor({ state: 'detached' });
    await stage.ui.open(`/devices?view=${id}`, 'Devices');
    await agent.waitFor();
    await page.waitForURL((url) => url.searchParams.get('q') === 'os = linux');
    await page.getByRole('link', { name: stage.device.hostname, exact: true }).first().waitFor();
    await pick('Linux machines', 'Close the view');
    await agent.waitFor({ state: 'detached' });
    expect(address().get('view')).toBeNull();
  });

  test('UI-1: from the keyboard alone, a view is opened, renamed and shared', async () => {
    const { page } = stage.ui;
    await button('Views').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitemradio', { name: 'Linux machines' }).waitFor();
    await settled(page);
    await expectAccessible(page, 'views menu');
    await page.getByRole('menuitemradio', { name: 'Linux machines' }).focus();
    await page.keyboard.press('Enter');
    await button(/^Linux machines$/).waitFor();
    await pick('Linux machines', 'Rename…');
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Penguins');
    await page.keyboard.press('Enter');
    await page.getByText('View Penguins has its new name').waitFor();
    await pick('Penguins', 'Share…');
    await page.getByRole('dialog', { name: 'Share view Penguins' }).waitFor();
    await expectAccessible(page, 'view share');
    await page.getByRole('dialog').getByRole('button', { name: 'Share', exact: true }).click();
    await page.getByText('View Penguins is shared').waitFor();
    expect((await stored())[0]).toMatchObject({ name: 'Penguins', orgId: expect.any(String) });
  });

  test('UI-1: a view that is removed comes back by Undo', async () => {
    const { page } = stage.ui;
    await pick('Penguins', 'Remove');
    await page.getByText('View Penguins is removed').waitFor();
    expect([await stored(), address().get('view')]).toEqual([[], null]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('View Penguins is back').waitFor();
    expect(await stored()).toMatchObject([
      { name: 'Penguins', query: 'os = linux', orgId: expect.any(String) },
    ]);
  });

  test('UI-1: a view that is gone is said to be, and one that cannot be read is read again', async () => {
    const { page } = stage.ui;
    await stage.ui.open('/devices?view=00000000-0000-7000-8000-000000000000', 'Devices');
    await button('Views not found').waitFor();
    await page.route('**/api/v1/views', (route) => route.fulfill({ status: 503, body: '' }));
    await stage.ui.open('/devices', 'Devices');
    await button('Views').click();
    await page.getByText('The views could not be read').waitFor({ timeout: 40_000 });
    await expectAccessible(page, 'views error');
    await page.unroute('**/api/v1/views');
    await page.getByText('The views could not be read').click();
    await page.getByRole('menuitemradio', { name: 'Penguins' }).waitFor();
    await page.keyboard.press('Escape');
  });

  test('UI-1: the menu is accessible in the dark and on a phone', async () => {
    const dark = await openConsole(stage.server.url, {
      colorScheme: 'dark',
      viewport: { width: 390, height: 844 },
    });
    try {
      await dark.open('/devices', 'Devices');
      await dark.page.getByRole('button', { name: 'Views' }).click();
      await dark.page.getByRole('menuitemradio', { name: 'Penguins' }).click();
      await dark.page.getByRole('button', { name: 'Penguins' }).click();
      await dark.page.getByText('Shared in').waitFor();
      await settled(dark.page);
      await expectAccessible(dark.page, 'views dark phone');
    } finally {
      await dark.close();
    }
  });
});
