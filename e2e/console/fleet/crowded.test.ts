import { describe, expect, test } from 'bun:test';
import { skipReason } from '@muster/lab';
import { until } from '../../src/index.ts';
import { expectAccessible } from '../open-console.ts';
import { seedFleet } from '../seed-fleet.ts';
import { stageConsole } from '../stage.ts';

/** The console where there is a lot of everything: places of one name, long names, many tags, wrong addresses. */
const reason = await skipReason('browser');

const LONG_ORG = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';
const LONG_SITE = 'The warehouse at the far end of the industrial estate beyond the second roundabout';
const LONG_NAME = 'build-agent-of-the-team-that-makes-the-thing-nobody-else-would-like-to-make-at-all';

type Row = { id: string; hostname: string; siteId: string; etag: string };
type Site = { id: string; orgId: string; name: string; location: string; relayDeviceId: string | null };

describe.skipIf(reason !== undefined)('a crowded console', () => {
  let device: Row;
  let home: Site;
  let branch: Site;
  const stage = stageConsole(async ({ server }) => {
    await seedFleet(server.dataFolder, 8);
    const [first] = (await server.api<{ items: Row[] }>('GET', '/devices?limit=1&sort=hostname')).items;
    const [site] = (await server.api<{ items: Site[] }>('GET', '/sites')).items;
    if (!first || !site) throw new Error('the fleet was not seeded');
    [device, home] = [first, site];
    await server.api('POST', '/organisations', { name: LONG_ORG });
    branch = await server.api<Site>('POST', '/sites', { orgId: site.orgId, name: LONG_SITE });
    const tags = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`key-${index}`, `value ${index} ${'v'.repeat(200)}`]),
    );
    const named = { displayName: LONG_NAME, tags };
    await server.api('PATCH', `/devices/${device.id}`, named, { 'if-match': '*' });
  });

  test('UI-1: the form of a filter knows what is asked of an installed title beside what is installed', async () => {
    const { page, open } = stage.ui;
    await open('/devices', 'Devices');
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    const form = page.getByRole('dialog');
    await form.getByRole('combobox', { name: 'Field' }).click();
    await page.getByRole('option', { name: 'software', exact: true }).waitFor();
    await page.getByRole('option', { name: 'software "…"' }).click();
    await form.getByRole('combobox', { name: 'Name of the software' }).fill('lib ssl');
    await form.getByRole('combobox', { name: 'Value' }).fill('3.0.14');
    await expectAccessible(page, 'filter form');
    await form.getByRole('button', { name: 'Add' }).click();

    await page.waitForURL((url) => url.searchParams.get('q') === 'software "lib ssl" < 3.0.14');
    await page.getByText('No device matches').waitFor();
  });

  test('UI-2: where there are several sites, the installer line waits for the one that the machine will stand in', async () => {
    const { page, open } = stage.ui;
    await open('/enrolment', 'Add devices');
    const make = page.getByRole('button', { name: 'Make installer line' });
    const site = page.getByRole('combobox', { name: 'Site', exact: true });
    await site.waitFor();
    expect(await make.isDisabled()).toBe(true);
    const offered = page.getByRole('listbox', { name: 'Site' });
    await site.click();
    await offered.getByRole('option', { name: `${LONG_ORG} › main` }).waitFor();
    await offered.getByRole('option', { name: `main › ${LONG_SITE}` }).click();
    await make.click();
    await page.getByRole('tab', { name: 'Linux' }).waitFor();
    await page.getByRole('cell', { name: LONG_SITE }).waitFor();

    await open(`/devices?scope=site:${home.id}`, 'Devices');
    await page.getByRole('combobox', { name: /^Scope/ }).selectOption({ value: `site:${home.id}` });
    await open('/enrolment', 'Add devices');
    await until('the scope says which', async () => (await site.inputValue()) === 'main › main');
    expect(await make.isDisabled()).toBe(false);
    await page.getByRole('combobox', { name: /^Scope/ }).selectOption('');
  });

  for (const viewport of [
    { width: 1024, height: 768 },
    { width: 390, height: 844 },
  ]) {
    test(`UI-1: long names and many tags never push a page sideways at ${viewport.width}`, async () => {
      const { page } = stage.ui;
      await page.setViewportSize(viewport);
      const sideways = `[document.documentElement, document.querySelector('main')].some(
        (part) => part.scrollWidth > part.clientWidth + 1)`;
      const of = `/devices/${device.id}`;
      const paths = ['/', '/devices', of, `${of}/settings`, `${of}/timeline`, '/organisations', '/enrolment'];
      for (const path of [...paths, `/organisations/${branch.id}`, '/fields', '/people']) {
        await page.goto(stage.server.url + path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.waitForLoadState('networkidle');
        expect(`${path}: ${await page.evaluate<boolean>(sideways)}`).toBe(`${path}: false`);
      }
      await stage.ui.open(of, LONG_NAME);
      await page.getByRole('link', { name: '24 more tags' }).waitFor();
      await expectAccessible(page, `crowded device ${viewport.width}`);
      await page.setViewportSize({ width: 1440, height: 900 });
    });
  }

  test('UI-2: the browser’s tab says which page it holds, of a device with its name', async () => {
    const { page, open } = stage.ui;
    const titled = (wanted: string) => until(wanted, async () => (await page.title()) === wanted);
    await open('/devices', 'Devices');
    await titled('Devices · Muster');
    await open(`/devices/${device.id}/settings`, LONG_NAME);
    await titled(`${LONG_NAME} · Settings · Muster`);
    await page.getByRole('navigation', { name: 'Tabs of this device' }).getByText('Overview').click();
    await titled(`${LONG_NAME} · Overview · Muster`);
  });

  test('UI-2: an address that leads nowhere says so and keeps the navigation', async () => {
    const { page } = stage.ui;
    const said = [
      ['/no-such-page', 'There is nothing here'],
      ['/devices/no-id', 'There is no such device'],
      [`/devices/${home.id}`, 'There is no such device'],
      ['/people/no-id', 'There is nothing here'],
      [`/commands/${home.id}`, 'There is nothing here'],
    ] as const;
    for (const [path, heading] of said) {
      await page.goto(stage.server.url + path);
      await page.getByRole('heading', { name: heading }).waitFor();
      await page
        .getByRole('navigation', { name: 'Pages' })
        .getByRole('link', { name: 'Devices', exact: true })
        .waitFor();
      expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    }
  });

  test('GT-2: what somebody else changed about a site meanwhile is told with the name of the relay, and stays', async () => {
    const { page, open } = stage.ui;
    await open('/organisations', 'Organisations and sites');
    const panel = page.getByRole('region', { name: 'Sites of main' });
    await panel.getByRole('button', { name: 'Change site main' }).click();
    await stage.server.api('PATCH', `/sites/${home.id}`, { relayDeviceId: device.id }, { 'if-match': '*' });
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: /^Location/ }).fill('Here');
    await dialog.getByRole('button', { name: 'Save' }).click();

    const told = dialog.getByRole('alert').filter({ hasText: 'Somebody else changed this meanwhile' });
    await told.getByText(`Relay: nothing became ${LONG_NAME}`).waitFor();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    const { items } = await stage.server.api<{ items: Site[] }>('GET', '/sites');
    expect(items.find(({ id }) => id === home.id)).toMatchObject({
      ...{ location: 'Here', relayDeviceId: device.id },
    });
  });

  test('GT-3: what a device inherits from policies is said as a time', async () => {
    const { page } = stage.ui;
    await stage.ui.open(`/devices/${device.id}/settings`, LONG_NAME);
    const field = page.getByRole('textbox', { name: 'Age of a device key' });
    await field.waitFor();
    expect(await field.getAttribute('placeholder')).toBe('365 d, from others');
  });

  test('UI-10: an action that fails because the server went away is told on the page, which stays', async () => {
    const { page, open } = stage.ui;
    const notices = page.waitForResponse(/assets\/show-notice-/);
    await open('/enrolment', 'Add devices');
    await notices;
    await page.getByRole('combobox', { name: 'Site', exact: true }).click();
    await page.getByRole('option', { name: 'main › main' }).last().click();
    await stage.server.end('SIGKILL');
    await page.getByRole('button', { name: 'Make installer line' }).click();

    const told = page.getByRole('alert').filter({ hasText: 'Could not make an installer line' });
    await told.getByText(/The server does not answer/).waitFor();
    await page.getByRole('heading', { name: 'Add devices', level: 1 }).waitFor();
  });
});
