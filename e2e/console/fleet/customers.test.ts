import { describe, expect, test } from 'bun:test';
import { skipReason } from '@muster/lab';
import { until } from '../../src/index.ts';
import { expectAccessible, openConsole } from '../open-console.ts';
import { seedFleet } from '../seed-fleet.ts';
import { stageConsole } from '../stage.ts';

/** The console of somebody who serves many organisations: whose a machine is, and how to get to one of them. */
const reason = await skipReason('browser');

const CUSTOMERS = 30;
/** More than the server hands out at once. */
const FLEET = 620;

type Named = { id: string; name: string };
type Row = { id: string; hostname: string; orgId: string };

const customer = (at: number) => `Customer ${String(at).padStart(2, '0')}`;

describe.skipIf(reason !== undefined)('a console of many organisations', () => {
  let moved: Row;
  let theirs: Named;
  /** All devices there are, with the record of what was left behind. */
  let total: number;
  const stage = stageConsole(async ({ server }) => {
    await seedFleet(server.dataFolder, FLEET);
    for (let at = 0; at < CUSTOMERS; at += 1)
      await server.api('POST', '/organisations', { name: customer(at), siteName: 'Headquarters' });
    const { items } = await server.api<{ items: Named[] }>('GET', '/organisations');
    theirs = items.find(({ name }) => name === customer(17)) as Named;
    const sites = (await server.api<{ items: { id: string; orgId: string }[] }>('GET', '/sites')).items;
    const siteId = sites.find(({ orgId }) => orgId === theirs.id)?.id;
    const [first] = (await server.api<{ items: Row[] }>('GET', '/devices?limit=1&sort=hostname')).items;
    moved = (await server.api<{ device: Row }>('POST', `/devices/${first?.id}/transfer`, { siteId })).device;
    total = (await server.api<{ count: { value: number } }>('GET', '/devices?limit=1')).count.value;
  });
  const cells = (name: string) =>
    stage.ui.page.getByRole('table', { name: 'Devices' }).getByRole('cell', { name, exact: true });
  const scope = () => stage.ui.page.getByRole('combobox', { name: /^Scope/ });

  test('UI-1 GT-2: each device says whose it is: in the list, on a phone, in the search and on the overview', async () => {
    const { page, open } = stage.ui;
    await open(`/devices?q=${moved.hostname}`, 'Devices');
    await cells(customer(17)).waitFor();
    await expectAccessible(page, 'devices of customers');

    await page.keyboard.press('Control+k');
    const search = page.getByRole('textbox', { name: 'Search devices, pages and actions' });
    await search.fill(moved.hostname);
    await page.getByRole('button', { name: new RegExp(`${moved.hostname}.*${customer(17)}`) }).waitFor();
    await page.keyboard.press('Escape');

    const phone = await openConsole(stage.server.url, { viewport: { width: 390, height: 844 } });
    try {
      await phone.open(`/devices?q=${moved.hostname}`, 'Devices');
      await phone.page.getByRole('cell', { name: `${moved.hostname} ${customer(17)}` }).waitFor();
      await expectAccessible(phone.page, 'devices of customers on a phone');

      const burger = phone.page.getByRole('button', { name: 'Navigation' });
      await burger.click();
      await phone.page
        .getByRole('combobox', { name: /^Scope/ })
        .and(phone.page.locator(':visible'))
        .fill(customer(17));
      await phone.page.getByRole('option', { name: customer(17), exact: true }).click();
      await phone.page.getByText('1 device', { exact: true }).waitFor();
      await until('the menu is closed', () =>
        phone.page.getByRole('heading', { name: 'Devices', level: 1 }).isVisible(),
      );
      expect(await phone.page.getByRole('navigation', { name: 'Pages' }).count()).toBe(0);
    } finally {
      await phone.close();
    }
  });

  test('UI-1 GT-2: an organisation is found by parts of its name, in the search and in the scope', async () => {
    const { page, open } = stage.ui;
    await open('/commands', 'Commands');
    await page.keyboard.press('Control+k');
    await page.getByRole('textbox', { name: 'Search devices, pages and actions' }).fill('17 cust');
    await page.getByRole('button', { name: customer(17), exact: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.searchParams.get('scope') === `org:${theirs.id}`);
    await page.getByText('1 device', { exact: true }).waitFor();
    await until('the scope says so', async () => (await scope().inputValue()) === customer(17));

    const search = page.getByRole('button', { name: 'Search devices, pages and actions' });
    await scope().focus();
    await page.keyboard.press('Tab');
    expect(await search.and(page.locator(':focus')).count()).toBe(1);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.type('head 04');
    await page.getByRole('option', { name: `${customer(4)} › Headquarters` }).waitFor();
    await expectAccessible(page, 'scope of many');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.searchParams.get('scope')?.startsWith('site:') ?? false);
    await page.getByText('No device matches').waitFor();

    await until('the scope says so', async () => (await scope().inputValue()).endsWith('Headquarters'));
    await page.keyboard.type('all org');
    await page.getByRole('option', { name: 'All organisations' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText(`${total} devices`).waitFor();
  });

  test('GT-2: the page of organisations draws the first of many, and finds any by its name or that of a site', async () => {
    const { page, open } = stage.ui;
    await open('/organisations', 'Organisations and sites');
    const panels = page.getByRole('link', { name: /^Fields and policy of/ });
    const search = page.getByRole('textbox', { name: 'Search organisations and sites' });
    await panels.first().waitFor();
    expect(await panels.count()).toBe(25);
    await expectAccessible(page, 'many organisations');
    await search.fill('29 headq');
    await page.getByText('1 organisation', { exact: true }).waitFor();
    await page.getByRole('link', { name: `Devices of ${customer(29)}` }).waitFor();
    expect(await panels.count()).toBe(1);
    await search.fill('nobody');
    await page.getByText('Nothing is called that').waitFor();
    await search.fill('');
    await page.getByRole('button', { name: `Show all ${CUSTOMERS + 1} organisations` }).click();
    await until('all are shown', async () => (await panels.count()) === CUSTOMERS + 1);
  });

  test('UI-1: all that match are exported, also what nobody scrolled to, and may be given up on the way', async () => {
    const { page, open } = stage.ui;
    await open('/devices', 'Devices');
    await page.getByText(`${total} devices`).waitFor();
    const save = async () => {
      await page.getByRole('button', { name: 'Export' }).press('Enter');
      await page.getByRole('menuitem', { name: 'CSV' }).press('Enter');
    };
    const download = page.waitForEvent('download');
    await save();
    const lines = (await Bun.file((await (await download).path()) ?? '').text()).trim().split('\r\n');
    expect(lines).toHaveLength(total + 1);
    expect(lines[0]).toStartWith('Name,Organisation,State');
    expect(lines.filter((line) => line.startsWith(`${moved.hostname},${customer(17)},`))).toHaveLength(1);
    await page.getByText(`${total} rows are exported`).waitFor();

    const held = Promise.withResolvers<void>();
    await page.route(/\/devices\?.*cursor=/, async (route) => {
      await held.promise;
      // The page has given it up by then.
      await route.abort().catch(() => undefined);
    });
    await save();
    const dialog = page.getByRole('dialog', { name: 'Export' });
    await dialog.getByText(`500 of ${total} rows are read`).waitFor();
    await expectAccessible(page, 'export under way');
    await dialog.getByRole('button', { name: 'Cancel' }).press('Enter');
    await page.getByText('Nothing was exported').waitFor();
    const focused = () => page.evaluate<string | null>("document.activeElement.getAttribute('aria-label')");
    await until('the focus is where it was', async () => (await focused()) === 'Export');
    held.resolve();
    await page.unroute(/\/devices\?.*cursor=/);
  });

  test('UI-1: Shift with a click selects all rows between two, and takes them out again', async () => {
    const { page, open } = stage.ui;
    await open('/devices', 'Devices');
    const box = (at: number) => page.getByRole('checkbox', { name: /^Select (?!all)/ }).nth(at);
    await box(1).click();
    await box(8).click({ modifiers: ['Shift'] });
    await page.getByText('8 selected').waitFor();
    const ground = (at: number) =>
      page.evaluate<string>(
        `getComputedStyle(document.querySelector('[data-index="${at}"]')).backgroundColor`,
      );
    expect(await ground(4)).not.toBe(await ground(10));
    await box(6).click();
    await box(3).click({ modifiers: ['Shift'] });
    // Said aloud, too.
    await page.getByRole('status').filter({ hasText: '4 selected' }).waitFor();
  });

  test('GT-3: a smart group is made of the filter and the scope that the list shows', async () => {
    const { page, open } = stage.ui;
    await open(`/devices?scope=org:${theirs.id}&q=os = linux`, 'Devices');
    await page.getByText('1 device', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitem', { name: 'Make a smart group of it…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a smart group' });
    await dialog.getByRole('textbox', { name: /^Name/ }).fill('Their Linux');
    await until('what is shown is asked for', async () => {
      const asked = await dialog.getByRole('textbox', { name: 'Which devices' }).inputValue();
      const whose = await dialog.getByRole('combobox', { name: 'Organisation' }).inputValue();
      return asked === 'os = linux' && whose === customer(17);
    });
    await expectAccessible(page, 'group of a filter');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('Group Their Linux is added').waitFor();

    await open('/groups', 'Groups');
    const row = page.getByRole('row', { name: new RegExp(`Their Linux ${customer(17)}`) });
    await row.getByText('os = linux').waitFor();
    await row.getByRole('link', { name: 'Devices of Their Linux' }).click();
    await page.waitForURL((url) => url.searchParams.get('scope') === `org:${theirs.id}`);
    await page.goBack();
    await row.getByRole('link', { name: 'Their Linux', exact: true }).click();
    await page.getByRole('main').getByText(customer(17), { exact: true }).waitFor();
  });

  test('SE-1: nobody is given a role everywhere because a box was left as it stood', async () => {
    const { page, open } = stage.ui;
    await open('/people', 'People');
    const invite = page.getByRole('button', { name: 'Invite a person' });
    await invite.click();
    const dialog = page.getByRole('dialog');
    const where = dialog.getByRole('combobox', { name: 'Where' });
    const make = dialog.getByRole('button', { name: 'Make the link' });
    await dialog.getByRole('textbox', { name: /^Name/ }).fill('Tina');
    await dialog.getByRole('textbox', { name: /^Email/ }).fill('tina@example.test');
    expect(await make.isDisabled()).toBe(false);
    await dialog.getByRole('combobox', { name: 'Role' }).click();
    await page.getByRole('option', { name: 'Operator' }).click();
    await until('where is asked for', () => make.isDisabled());
    expect(await where.inputValue()).toBe('');
    await where.click();
    await page.keyboard.type(`Headquarters (${customer(17)})`);
    await page.getByRole('option', { name: `Site Headquarters (${customer(17)})` }).click();
    // What is typed next takes the place of what was chosen.
    await dialog.getByRole('textbox', { name: /^Name/ }).focus();
    await where.focus();
    await page.keyboard.type(customer(18));
    await page.getByRole('option', { name: `Site Headquarters (${customer(18)})` }).click();
    await expectAccessible(page, 'invitation to one customer');
    await make.click();
    await dialog.getByText('Tina is invited').waitFor();
    await open('/people', 'People');
    await page.getByRole('cell', { name: `Operator in ${customer(18)} › Headquarters` }).waitFor();
  });
});
