import { describe, expect, test } from 'bun:test';
import { skipReason } from '@muster/lab';
import { until } from '../src/index.ts';
import { expectAccessible, openConsole } from './open-console.ts';
import { stageConsole } from './stage.ts';

/** The audit log in a real browser: searched, read row by row, and proven. */
const reason = await skipReason('browser');

type Row = { log: string; index: number; content: { action: string } };

describe.skipIf(reason !== undefined)('the audit page', () => {
  const stage = stageConsole(async ({ server }) => {
    for (const name of ['Acme', 'Globex']) await server.api('POST', '/organisations', { name });
    await until(
      'the rows are in the log',
      async () => (await rows('action=organisation.created')).length === 2,
    );
  });
  const rows = async (query: string) =>
    (await stage.server.api<{ items: Row[] }>('GET', `/audit?limit=50&${query}`)).items;

  test('SE-8: rows are found by what, of what and outcome, and the search is in the URL', async () => {
    const { page, open } = stage.ui;
    await open('/audit', 'Audit log');
    const table = page.getByRole('table', { name: 'Audit log' });
    await table.getByRole('link', { name: 'installation.set_up' }).waitFor();

    await page.getByRole('combobox', { name: 'What was done' }).fill('organisation.created');
    await page.getByRole('option', { name: 'organisation.created' }).click();
    await page.getByRole('textbox', { name: 'Of what' }).fill('Globex');
    await page.keyboard.press('Enter');
    await table.getByRole('cell', { name: /Globex/ }).waitFor();
    await table.getByRole('cell', { name: /Acme/ }).waitFor({ state: 'detached' });

    expect(new URL(page.url()).searchParams.get('action')).toBe('organisation.created');
    expect(new URL(page.url()).searchParams.get('target')).toBe('Globex');
    await page.reload();
    await table.getByRole('cell', { name: /Globex/ }).waitFor();
    await page.getByRole('button', { name: 'Show everything' }).click();
    await table.getByRole('link', { name: 'installation.set_up' }).waitFor();
  });

  test('SE-8: a row tells who, of what, before and after, and the browser itself follows its proof', async () => {
    const { page, open } = stage.ui;
    const [setting] = await stage.server
      .api<{ items: { key: string; etag: string }[] }>('GET', '/settings')
      .then(({ items }) => items);
    await stage.server.api(
      'PATCH',
      `/settings/${setting?.key}`,
      { value: 'Muster of Acme' },
      { 'if-match': setting?.etag ?? '' },
    );
    await until(
      'the change is in the log',
      async () => (await rows('action=configuration.changed')).length === 1,
    );

    await open('/audit?action=configuration.changed', 'Audit log');
    await page.getByRole('link', { name: 'configuration.changed' }).click();
    await page.getByRole('heading', { name: 'A setting of the server was changed.' }).waitFor();
    await page.getByRole('row', { name: /value .*Muster of Acme/ }).waitFor();
    await page.getByRole('button', { name: 'Check that it is in the signed log' }).click();

    await page.getByRole('status').getByText('The row is in the log').waitFor();
    await expectAccessible(page, 'audit row');
  });

  test('SE-8: what happens while the page is open is announced, and shown when asked for', async () => {
    const { page, open } = stage.ui;
    await open('/audit?action=organisation.created', 'Audit log');
    const table = page.getByRole('table', { name: 'Audit log' });
    await table.getByRole('cell', { name: /Globex/ }).waitFor();

    await stage.server.api('POST', '/organisations', { name: 'Initech' });
    await page.getByText('There are newer rows.').waitFor();
    expect(await table.getByRole('cell', { name: /Initech/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'Show them' }).click();

    await table.getByRole('cell', { name: /Initech/ }).waitFor();
  });

  test('SE-8: checkpoints and the whole export are saved from the page', async () => {
    const { page, open } = stage.ui;
    await open('/audit', 'Audit log');
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByRole('dialog').getByText('The key that signs them').waitFor();
    await expectAccessible(page, 'audit checkpoints');

    const [checkpoints] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save checkpoints' }).click(),
    ]);
    const notes = await Bun.file((await checkpoints.path()) ?? '').text();
    expect(notes).toContain('/audit/system\n');
    const [exported] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export everything' }).click(),
    ]);
    const lines = (await Bun.file((await exported.path()) ?? '').text()).trim().split('\n');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ type: 'export' });
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ type: 'end' });
  });

  test('SE-8 UI-1: a search that nothing matches says so, and a row that is not there is told as an error', async () => {
    const { page, open } = stage.ui;
    await open('/audit?who=nobody-of-that-name', 'Audit log');
    await page.getByRole('heading', { name: 'No row matches' }).waitFor();
    await page.goto(`${stage.server.url}/audit/system/99999`);

    await page.getByRole('alert').getByText('has no row 99999').waitFor();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1440, 390]) {
      test(`SE-8 UI-1: the log is accessible, ${colorScheme} at ${width}`, async () => {
        const other = await openConsole(stage.server.url, { colorScheme, viewport: { width, height: 844 } });
        try {
          await other.open('/audit', 'Audit log');
          await other.page.getByRole('link', { name: 'user.login' }).first().waitFor();
          await expectAccessible(other.page, `audit ${colorScheme} ${width}`);
          await other.page.getByRole('link', { name: 'user.login' }).first().click();
          await other.page.getByRole('heading', { name: 'Somebody signed in.' }).waitFor();
          await other.page.getByRole('button', { name: 'Check that' }).click();
          await other.page.getByText('The row is in the log').waitFor();
          await expectAccessible(other.page, `audit row ${colorScheme} ${width}`);
        } finally {
          await other.close();
        }
      });
    }
  }
});
