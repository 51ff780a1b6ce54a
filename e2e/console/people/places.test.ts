import { describe, expect, test } from 'bun:test';
import { skipReason } from '@muster/lab';
import { expectAccessible } from '../open-console.ts';
import { seedFleet } from '../seed-fleet.ts';
import { stageConsole } from '../stage.ts';

/** Organisations and sites in a real browser. */
const reason = await skipReason('browser');

type Named = { id: string; name: string; etag: string };

describe.skipIf(reason !== undefined)('the pages about places', () => {
  const stage = stageConsole(({ server }) => seedFleet(server.dataFolder, 3));
  const list = async <Row extends Named>(path: string) =>
    (await stage.server.api<{ items: Row[] }>('GET', path)).items;

  test('GT-2: a site is added, changed and removed by the page, and one organisation goes unnamed', async () => {
    const { page, open } = stage.ui;
    await open('/organisations', 'Sites');
    await page.getByRole('button', { name: /^Add a site/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: /^Name/ }).fill('Berlin');
    await dialog.getByRole('textbox', { name: /^Location/ }).fill('Unter den Linden 1');
    await dialog.getByRole('combobox', { name: /^Time zone/ }).fill('Europe/Berl');
    await page.getByRole('option', { name: 'Europe/Berlin' }).click();
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('cell', { name: 'Unter den Linden 1' }).waitFor();
    const berlin = (await list<Named & { timezone: string }>('/sites')).find(({ name }) => name === 'Berlin');
    expect(berlin?.timezone).toBe('Europe/Berlin');

    await page.getByRole('button', { name: 'Change site Berlin' }).click();
    await dialog.getByRole('textbox', { name: /^Contact/ }).fill('berlin@example.test');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'berlin@example.test' }).waitFor();

    await page.getByRole('button', { name: 'Remove site Berlin' }).click();
    expect(await dialog.getByRole('button', { name: 'Remove', exact: true }).isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('Berlin');
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('Site Berlin is removed').waitFor();
    expect((await list('/sites')).map(({ name }) => name)).not.toContain('Berlin');
  });

  test('GT-2: a site that somebody else removed meanwhile is not added anew by saving it', async () => {
    const { page, open } = stage.ui;
    const { orgId } = (await list<Named & { orgId: string }>('/sites'))[0] ?? {};
    const gone = await stage.server.api<Named>('POST', '/sites', { orgId, name: 'Leipzig' });
    await open('/organisations', 'Sites');
    await page.getByRole('button', { name: 'Change site Leipzig' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: /^Location/ }).fill('Markt 1');
    await stage.server.api('DELETE', `/sites/${gone.id}`);
    await dialog.getByRole('button', { name: 'Save' }).click();
    const told = page.getByRole('alert').filter({ hasText: 'Could not save site Leipzig' });
    await told.first().waitFor();
    await page.getByRole('button', { name: 'Change site Leipzig' }).waitFor({ state: 'detached' });
    await dialog.getByRole('button', { name: 'Save' }).click();
    await told.nth(1).waitFor();

    expect((await list('/sites')).map(({ name }) => name)).not.toContain('Leipzig');
    await dialog.getByRole('button', { name: 'Keep as it is' }).click();
  });

  test('GT-2: the relay of a site is chosen among its active devices, shown, and taken away', async () => {
    const { page, open } = stage.ui;
    type Row = { id: string; hostname: string; siteId: string };
    const devices = (await stage.server.api<{ items: Row[] }>('GET', '/devices?sort=hostname')).items;
    const [relay, away, suspended] = devices.map(({ id, hostname }) => ({ id, hostname }));
    const { orgId } = (await list<Named & { orgId: string }>('/sites'))[0] ?? {};
    const branch = await stage.server.api<Named>('POST', '/sites', { orgId, name: 'branch' });
    await stage.server.api('PATCH', `/devices/${away?.id}`, { siteId: branch.id }, { 'if-match': '*' });
    await stage.server.api('POST', `/devices/${suspended?.id}/suspend`, {});
    const chosen = async () =>
      (await list<Named & { relayDeviceId: string | null }>('/sites')).find(({ name }) => name === 'main')
        ?.relayDeviceId;

    await open('/organisations', 'Sites');
    await page.getByRole('button', { name: 'Change site main' }).click();
    const dialog = page.getByRole('dialog');
    const picker = dialog.getByRole('combobox', { name: 'Relay' });
    await picker.click();
    await page.getByRole('option', { name: relay?.hostname ?? '', exact: true }).waitFor();
    const offered = page.getByRole('listbox', { name: 'Relay' }).getByRole('option');
    expect(await offered.allTextContents()).toEqual([relay?.hostname ?? '']);
    await picker.fill(relay?.hostname.slice(0, 4) ?? '');
    await page.getByRole('option', { name: relay?.hostname ?? '', exact: true }).click();
    await dialog.getByRole('button', { name: `muster sites relay 'main' '${relay?.id}'` }).waitFor();
    await expectAccessible(page, 'site with a relay');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: relay?.hostname ?? '', exact: true }).waitFor();
    expect(await chosen()).toBe(relay?.id ?? '');
    await expectAccessible(page, 'sites with a relay');

    await page.getByRole('button', { name: 'Change site main' }).click();
    await dialog.getByRole('button', { name: 'No device' }).press('Enter');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: relay?.hostname ?? '', exact: true }).waitFor({ state: 'detached' });
    expect(await chosen()).toBeNull();
  });

  test('a site that somebody else changed meanwhile says what changed before it is overwritten', async () => {
    const { page, open } = stage.ui;
    await open('/organisations', 'Sites');
    await page.getByRole('button', { name: 'Change site main' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: /^Contact/ }).fill('mine@example.test');
    const main = (await list('/sites')).find(({ name }) => name === 'main') as Named;
    await stage.server.api('PATCH', `/sites/${main.id}`, { location: 'Cellar' }, { 'if-match': main.etag });
    await dialog.getByRole('button', { name: 'Save' }).click();

    await dialog.getByText(/Location: nothing became Cellar/).waitFor();
    await expectAccessible(page, 'changed meanwhile');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'mine@example.test' }).waitFor();
  });

  test('SE-1: the scope switcher comes with a second organisation and narrows the devices by the URL', async () => {
    const { page, open } = stage.ui;
    await open('/devices', 'Devices');
    const scope = page.getByRole('combobox', { name: /^Scope/ }).first();
    await scope.waitFor();
    expect(await scope.getByRole('option').allTextContents()).toEqual(['All sites', 'branch', 'main']);
    await open('/organisations', 'Sites');
    await page.getByRole('button', { name: 'Add an organisation' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Globex');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('heading', { name: 'Organisations and sites', level: 1 }).waitFor();
    const globex = (await list('/organisations')).find(({ name }) => name === 'Globex') as Named;

    await page.getByRole('combobox', { name: 'Partner of Globex' }).selectOption({ label: 'main' });
    await page.getByText('Globex is served by main').first().waitFor();
    await page.getByRole('combobox', { name: 'main is the partner of' }).waitFor();
    await page.getByRole('combobox', { name: 'Partner of Globex' }).selectOption({ label: 'nobody else' });
    await page.getByText('Globex has no partner').first().waitFor();

    const asked = page.waitForRequest((request) => request.url().includes(`organisation.id`));
    await scope.selectOption({ label: 'Globex' });
    await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor();
    expect(decodeURIComponent((await asked).url())).toContain(globex.id);
    expect(new URL(page.url()).searchParams.get('scope')).toBe(`org:${globex.id}`);
    await page.getByRole('heading', { name: 'No device matches' }).waitFor();

    await page.getByRole('link', { name: 'People' }).click();
    await page.getByRole('heading', { name: 'People', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Devices', exact: true }).click();
    await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor();
    expect(new URL(page.url()).searchParams.get('scope')).toBe(`org:${globex.id}`);
    await expectAccessible(page, 'scope switcher');
    await scope.selectOption({ label: 'All organisations' });
    await page.waitForURL((url) => !url.searchParams.has('scope'));

    await open('/organisations', 'Organisations and sites');
    await page.getByRole('button', { name: 'Remove Globex' }).click();
    await dialog.getByRole('textbox').fill('Globex');
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByRole('heading', { name: 'Sites', level: 1 }).waitFor();
  });
});
