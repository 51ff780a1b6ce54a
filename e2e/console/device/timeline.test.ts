import { describe, expect, test } from 'bun:test';
import type { Device, TimelineEntry } from '@muster/contracts';
import { skipReason } from '@muster/lab';
import type { Page } from 'playwright-core';
import { openDatabase, until } from '../../src/index.ts';
import { expectAccessible, openConsole } from '../open-console.ts';
import { seedFleet } from '../seed-fleet.ts';
import { stageMachine } from '../stage.ts';

/** The timeline of this very machine, in the browser, beside what its agent really does. */
const reason = await skipReason('browser');

/** Older than what the machine itself does here: enough of it for several pages, over days. */
const OLDER = 260;
/** More than a search looks through at once. */
const LONG = 3_300;

describe.skipIf(reason !== undefined)('the timeline of a device in the console', () => {
  /** A device of which more is told than a search looks through at once. */
  let long = { id: '', hostname: '' };
  const stage = stageMachine(async ({ server, fleet, device }) => {
    const asked = await fleet.run(device.id, 'process.list', {}, { reason: 'ticket 4711' });
    await fleet.ended(asked.id);
    await writeOlder(server.dataFolder, device.id, OLDER);
    await seedFleet(server.dataFolder, 1);
    const { items } = await server.api<{ items: Device[] }>('GET', '/devices');
    const other = items.find(({ id }) => id !== device.id);
    await writeOlder(server.dataFolder, `${other?.id}`, LONG);
    long = { id: `${other?.id}`, hostname: `${other?.hostname}` };
  });
  const path = () => `/devices/${stage.device.id}/timeline`;
  const kind = (name: string) =>
    stage.ui.page.getByRole('group', { name: 'Kinds' }).getByText(name, { exact: true });
  const entry = (text: string | RegExp) => stage.ui.page.getByRole('listitem').filter({ hasText: text });

  const scrollToEnd = (words: string) =>
    until('the end is there', async () => {
      await stage.ui.page.locator('[data-entry]').last().scrollIntoViewIfNeeded();
      return stage.ui.page.getByText(words).isVisible();
    });

  test('UI-2: states, commands with who and why and how they ended stand under their day', async () => {
    await stage.ui.open(`/devices/${stage.device.id}`, stage.device.hostname);
    await stage.ui.page.getByRole('link', { name: 'Timeline' }).click();

    const today = stage.ui.page.getByRole('region', { name: 'Today' });
    await today.getByText('Enrolled', { exact: true }).waitFor();
    await today
      .getByRole('listitem')
      .filter({ hasText: /State\s*good:\s*Online/ })
      .first()
      .waitFor();
    const command = entry('because: ticket 4711').filter({ hasText: 'Commands' });
    await command.getByText(/^by /).waitFor();
    await command.getByText(/^succeeded/).waitFor();
    await command.getByRole('link').click();
    await stage.ui.page.getByRole('heading', { name: 'Result' }).waitFor();
    await stage.ui.page.goBack();
  });

  test('UI-2: kinds and words choose entries, and stand in the address', async () => {
    await kind('Identity').click();
    await until('only identity is there', async () => (await entry('Commands').count()) === 0);
    await entry('Enrolled').first().waitFor();
    expect(new URL(stage.ui.page.url()).searchParams.get('kinds')).toBe('identity');

    await kind('Commands').click();
    await stage.ui.page.getByRole('textbox', { name: 'Search the timeline' }).fill('4711 list');
    await until('one is left', async () => (await stage.ui.page.locator('[data-entry]').count()) === 1);
    expect(new URL(stage.ui.page.url()).searchParams.get('search')).toBe('4711 list');

    await stage.ui.page.getByRole('textbox', { name: 'Search the timeline' }).fill('never said');
    await stage.ui.page.getByText('Nothing like that happened').waitFor();
  });

  test('UI-2 UI-10: what happens is told while one looks, and a command as it ends', async () => {
    await stage.ui.open(path(), stage.device.hostname);
    await entry('Enrolled').first().waitFor();
    const before = await stage.server.api<Device>('GET', `/devices/${stage.device.id}`);
    const asked = await stage.fleet.run(stage.device.id, 'process.list', {}, { reason: 'while one looks' });

    await entry('while one looks').filter({ hasText: 'Commands' }).waitFor();
    await stage.fleet.ended(asked.id);
    await entry('while one looks')
      .getByText(/^succeeded/)
      .waitFor();
    expect(await entry('while one looks').filter({ hasText: 'Commands' }).count()).toBe(1);
    expect(before.presence).toBe('online');
  });

  test('UI-2: j and k go from entry to entry, and / to the search', async () => {
    await stage.ui.page.keyboard.press('j');
    await stage.ui.page.keyboard.press('j');
    const focused = () => stage.ui.page.evaluate<number>(FOCUSED);
    expect(await focused()).toBe(1);
    await stage.ui.page.keyboard.press('k');
    expect(await focused()).toBe(0);
    await stage.ui.page.keyboard.press('/');
    const search = stage.ui.page.getByRole('textbox', { name: 'Search the timeline' });
    await until('the search is focused', () => search.evaluate((it) => it.matches(':focus')));
  });

  test('UI-2: older entries follow as one scrolls, under the day that they happened on, each of them once', async () => {
    await stage.ui.open(path(), stage.device.hostname);
    const entries = stage.ui.page.locator('[data-entry]');
    await entries.first().waitFor();
    expect(await entries.count()).toBeLessThan(OLDER);
    await scrollToEnd('That is all.');

    const told = await stage.server.api<{ items: TimelineEntry[]; next: string | null }>(
      'GET',
      `${path()}?limit=500`,
    );
    expect(told.next).toBeNull();
    expect(await entries.count()).toBe(told.items.length);
    expect(await stage.ui.page.getByRole('region').filter({ has: entries }).count()).toBeGreaterThan(3);
    await stage.ui.page.getByRole('heading', { name: 'Yesterday' }).waitFor();
  });

  test('UI-2: days typed in choose entries, both of them whole, stand in the address and are taken back', async () => {
    const { page } = stage.ui;
    const entries = page.locator('[data-entry]');
    const [first, last] = [dayBefore(2), dayBefore(1)];
    await stage.ui.open(path(), stage.device.hostname);
    await entry('Enrolled').first().waitFor();
    await page.getByRole('textbox', { name: 'Search the timeline' }).focus();
    await page.keyboard.press('Tab');
    await typeDay(page, first);
    await page.keyboard.press('Tab');
    await typeDay(page, last);
    await page.waitForURL(
      ({ searchParams }) => searchParams.get('since') === first && searchParams.get('until') === last,
    );
    await entry('Enrolled').waitFor({ state: 'detached' });
    await scrollToEnd('That is all that matches.');

    const [since, before] = [`${first}T00:00`, `${dayBefore(0)}T00:00`].map((at) =>
      new Date(at).toISOString(),
    );
    const told = await stage.server.api<{ items: TimelineEntry[] }>(
      'GET',
      `${path()}?limit=500&since=${since}&until=${before}`,
    );
    expect(await entries.count()).toBe(told.items.length);
    expect(await page.getByRole('region').filter({ has: entries }).count()).toBe(2);
    await page.getByRole('button', { name: `--since '${since}' --until '${before}'` }).waitFor();
    await page.reload();
    await scrollToEnd('That is all that matches.');
    expect(await entries.count()).toBe(told.items.length);

    await page.getByLabel('to the day').fill(dayBefore(3));
    await page.getByText('Before the first day').waitFor();
    await page.getByText('Nothing like that happened').waitFor();
    await expectAccessible(page, 'timeline days backwards');
    await page.getByRole('button', { name: 'All days' }).press('Enter');
    await entry('Enrolled').first().waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  test('UI-2: a search that found too little says how far back it looked, and looks further when asked', async () => {
    const { page } = stage.ui;
    await stage.ui.open(`/devices/${long.id}/timeline?search=cut+off+by`, long.hostname);
    await page.getByText(/^Looked back to .*ago/).waitFor();
    expect(await page.locator('[data-entry]').count()).toBe(0);
    await expectAccessible(page, 'timeline looked back');

    await page.getByRole('button', { name: 'Look further back' }).press('Enter');
    await entry('cut off by its lifecycle').waitFor();
    await page.getByText('That is all that matches.').waitFor();
    expect(await page.getByRole('button', { name: 'Look further back' }).count()).toBe(0);
  });

  test('UI-2: a kind that a person may not see is said, with the permission that it takes', async () => {
    const role = await stage.server.api<{ id: string }>('POST', '/roles', {
      name: 'Onlooker',
      description: '',
      permissions: ['devices:read'],
    });
    const other = await openConsole(stage.server.url, {}, await stage.person('Vera', role.id));
    try {
      await other.open(path(), stage.device.hostname);
      await other.page.getByText(/^Not shown.*Commands \(commands:read\).*Audit \(audit:read\)/).waitFor();
      await other.page.locator('[data-entry]').first().waitFor();
      expect(await other.page.getByRole('checkbox', { name: 'Audit' }).isDisabled()).toBe(true);
      expect(await other.page.locator('[data-entry]').filter({ hasText: 'Commands' }).count()).toBe(0);
      await expectAccessible(other.page, 'timeline with hidden kinds');
    } finally {
      await other.close();
    }
  });

  test('UI-2: what cannot be read says so with its code, and is read when one tries again', async () => {
    await stage.ui.page.route('**/timeline?*', (route) => route.abort());
    await stage.ui.open(path(), stage.device.hostname);
    await stage.ui.page.getByText('This could not be read').waitFor();
    await stage.ui.page.unroute('**/timeline?*');
    await stage.ui.page.getByRole('button', { name: 'Try again' }).click();
    await entry('Online').first().waitFor();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const viewport of [
      { width: 1440, height: 900 },
      { width: 390, height: 844 },
    ]) {
      test(`UI-2: the timeline is accessible, ${colorScheme} at ${viewport.width}`, async () => {
        const other = await openConsole(stage.server.url, { colorScheme, viewport });
        try {
          await other.open(path(), stage.device.hostname);
          await other.page.locator('[data-entry]').first().waitFor();
          await expectAccessible(other.page, `timeline ${colorScheme} ${viewport.width}`);
          expect(await other.page.evaluate<number>('document.documentElement.scrollWidth')).toBe(
            viewport.width,
          );
          expect(other.browser.errors).toEqual([]);
        } finally {
          await other.close();
        }
      });
    }
  }
});

/** A date of this zone, so many days ago. */
function dayBefore(days: number): string {
  const at = new Date();
  at.setDate(at.getDate() - days);
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()]
    .map((part) => `${part}`.padStart(2, '0'))
    .join('-');
}

/** Types a date into the input that has the focus, as an American keyboard does, and goes to its end. */
async function typeDay(page: Page, day: string): Promise<void> {
  const [year, month, date] = day.split('-');
  await page.keyboard.type(`${month}${date}${year}`);
  // Behind the year stands the button that opens a calendar.
  await page.keyboard.press('Tab');
}

const FOCUSED =
  "[...document.querySelectorAll('[data-entry]')].findIndex((it) => it.contains(document.activeElement))";

/** States of the days before, as the sequencer takes them from whoever appended them. */
async function writeOlder(dataFolder: string, deviceId: string, count: number): Promise<void> {
  const sql = openDatabase(dataFolder);
  try {
    await sql.begin(async (tx) => {
      await tx.unsafe('set local role muster_system');
      await tx.unsafe(OLDER_EVENTS, [deviceId, count]);
    });
    await until('they are told', async () => {
      const [row] = await sql.unsafe('select count(*)::int as n from event_log where subject_id = $1', [
        deviceId,
      ]);
      return (row as { n: number }).n >= count;
    });
  } finally {
    await sql.close();
  }
}

const OLDER_EVENTS = `
  insert into event_outbox (id, org_id, type, version, subject_id, priority, payload, occurred_at)
  select uuidv7(), d.org_id, case when n % 2 = 0 then 'device.online' else 'device.offline' end, 1, d.id, 'low',
    jsonb_build_object('hostname', d.hostname, 'at', to_char(made.at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'reason', case when n = $2 then 'cut_off' when n % 2 = 0 then 'connected' when n % 6 = 1 then 'asleep' else 'network' end), made.at
  from devices d, generate_series(1, $2::int) n, lateral (select now() - n * interval '23 minutes' as at) made
  where d.id = $1`;
