import { describe, expect, test } from 'bun:test';
import { skipReason } from '@muster/lab';
import type { Locator } from 'playwright-core';
import { until } from '../../src/index.ts';
import { seedFleet } from '../seed-fleet.ts';
import { stageConsole } from '../stage.ts';

/** The console from the keyboard alone. */
const reason = await skipReason('browser');

describe.skipIf(reason !== undefined)('the keyboard', () => {
  const stage = stageConsole(({ server }) => seedFleet(server.dataFolder, 8));
  const focused = (part: Locator) => part.and(stage.ui.page.locator(':focus')).waitFor();

  test('UI-1: what is typed right after Ctrl-K is searched for, and Enter opens the machine that is found', async () => {
    const { page, open } = stage.ui;
    await open('/commands', 'Commands');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('studio-00004');
    const search = page.getByRole('textbox', { name: 'Search devices, pages and actions' });
    await until('every letter is there', async () => (await search.inputValue()) === 'studio-00004');
    await page.getByRole('button', { name: /^studio-00004/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/devices\/[0-9a-f-]{36}$/);
    await page.getByRole('heading', { name: 'studio-00004', level: 1 }).waitFor();

    await page.keyboard.press('Control+k');
    await page.keyboard.type('timel');
    await page.getByRole('button', { name: 'Timeline of this device' }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/timeline$/);
  });

  test('UI-1: Tab ends a word in the filter box, and leads out of it where there is none to end', async () => {
    const { page, open } = stage.ui;
    await open('/devices', 'Devices');
    const filter = page.getByRole('textbox', { name: 'Filter devices' });
    await page.keyboard.press('/');
    await focused(filter);
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('Tab');
    await focused(page.getByRole('button', { name: 'Views' }));
    expect(await filter.inputValue()).toBe('');

    await page.keyboard.press('/');
    await page.keyboard.type('stat');
    await page.getByRole('option', { name: /^status/ }).waitFor();
    await page.keyboard.press('Tab');
    await focused(filter);
    await until('the word is whole', async () => (await filter.inputValue()).startsWith('status'));
    await page.keyboard.press('Escape');
  });

  test('UI-2: a dialog that is closed gives the focus back to where it was opened', async () => {
    const { page, open } = stage.ui;
    const opened = [
      ['/groups', 'Groups', 'Add a static group'],
      ['/keys', 'API keys', 'Create a key'],
      ['/people', 'People', 'Invite a person'],
    ] as const;
    for (const [path, heading, button] of opened) {
      await open(path, heading);
      const opener = page.getByRole('button', { name: button });
      await opener.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').getByRole('textbox', { name: /^Name/ }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await focused(opener);
    }
    const search = page.getByRole('button', { name: 'Search devices, pages and actions' });
    await search.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Search devices, pages and actions' }).waitFor();
    await page.keyboard.press('Escape');
    await focused(search);
  });
});
