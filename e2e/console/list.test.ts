import { describe, expect, test } from 'bun:test';
import { skipReason } from '@muster/lab';
import { until } from '../src/index.ts';
import { type Seeded, seedFleet } from './seed-fleet.ts';
import { stageConsole } from './stage.ts';

/** The devices list over a fleet of 50,000, in a real browser against a real server. */
const reason = await skipReason('browser');
const FLEET = 50_000;

describe.skipIf(reason !== undefined)('the devices list of 50,000', () => {
  let seeded: Seeded;
  const stage = stageConsole(async ({ server }) => {
    seeded = await seedFleet(server.dataFolder, FLEET);
  });
  const list = () => stage.ui.page.getByRole('table', { name: 'Devices' });
  const links = () => list().getByRole('link');
  const filter = () => stage.ui.page.getByRole('textbox', { name: 'Filter devices' });

  test('UI-1: the first page of a large fleet is on the screen, with how many there are', async () => {
    await stage.ui.page.goto(`${stage.server.url}/devices`);
    await links().first().waitFor();

    await stage.ui.page.getByText('50,000 devices').waitFor();
  });

  test('UI-1: scrolling draws only what is seen and reads on as it goes', async () => {
    const { costs, drawn, passed } = await scroll(120);
    await until('a thousand rows further', async () => {
      await stage.ui.page.mouse.wheel(0, 20_000);
      return Number(await list().getByRole('row').last().getAttribute('aria-rowindex')) > 1_000;
    });

    expect(await links().count()).toBeLessThan(80);
    const p95 = costs.toSorted((a, b) => a - b)[Math.floor(costs.length * 0.95)] ?? 0;
    console.log(
      `script, style and layout per scrolled frame: p95 ${p95.toFixed(2)} ms of ${costs.length} frames`,
    );
    // Its budget of 8 ms is for a machine that does nothing else, and is looked at there. Here: a row that stays is not drawn anew.
    expect(passed).toBeGreaterThan(50);
    expect(drawn).toBeLessThan(passed + 50);
  });

  test('UI-1: a click on a count filters by state, in the URL, and a second takes it back', async () => {
    const { page } = stage.ui;
    await page.getByRole('button', { name: /^Offline/ }).click();
    await page.waitForURL(/q=status/);
    await page.getByText(`${seeded.offline.toLocaleString()} devices`).waitFor();
    await list().getByText('Offline').first().waitFor();
    await until('nothing else is listed', async () => (await list().getByText('Online').count()) === 0);

    await page.reload();
    await page.getByText(`${seeded.offline.toLocaleString()} devices`).waitFor();
    await page.getByRole('button', { name: 'Remove status = offline' }).click();
    await page.getByText('50,000 devices').waitFor();
  });

  test('UI-1: the filter completes from the fleet and takes a name, a serial number or a query', async () => {
    const { page } = stage.ui;
    await page.keyboard.press('/');
    await page.keyboard.type('tag.ro');
    await page.getByRole('option', { name: /^tag\.role/ }).click();
    await page.keyboard.type('= stu');
    await page.getByRole('option', { name: 'studio' }).click();
    await page.keyboard.press('Enter');
    await page.waitForURL(/studio/);
    await list().getByText('macOS').first().waitFor();
    expect(await links().allTextContents()).not.toContain('web-00001');

    const { items } = await stage.server.api<{ items: { serialNumber: string; hostname: string }[] }>(
      'GET',
      '/devices?limit=1&sort=-created',
    );
    await filter().fill(items[0]?.serialNumber ?? '');
    await page.getByText('1 device', { exact: true }).waitFor();
    expect(await links().allTextContents()).toEqual([items[0]?.hostname ?? '']);
  });

  test('UI-1: a query that cannot be read says why and offers the repair', async () => {
    const { page } = stage.ui;
    await filter().fill('statsu = offline');
    await filter().press('Enter');
    await page
      .getByRole('alert')
      .getByText(/did you mean `status`/)
      .waitFor();
    await page.getByRole('button', { name: 'Use status' }).click();

    await page.getByText(`${seeded.offline.toLocaleString()} devices`).waitFor();
  });

  test('UI-1: columns sort on the server, and the order is in the URL', async () => {
    const { page } = stage.ui;
    await page.goto(`${stage.server.url}/devices?q=${encodeURIComponent('status = online')}`);
    await list().getByRole('button', { name: 'Memory' }).click();
    await page.waitForURL(/sort=-memory/);
    await list()
      .getByRole('columnheader', { name: 'Memory' })
      .and(page.locator('[aria-sort=descending]'))
      .waitFor();

    await list().getByText('91 %').first().waitFor();
  });

  test('UI-1: the keyboard moves, selects and opens, and a bulk action shows what it hits', async () => {
    const { page } = stage.ui;
    await page.goto(`${stage.server.url}/devices`);
    await links().first().waitFor();
    await until('the keys are heard', async () => {
      await page.keyboard.press('k');
      return (await links().first().and(page.locator(':focus')).count()) === 1;
    });
    for (const key of ['x', 'j', 'x']) await page.keyboard.press(key);
    await page.getByText('2 selected').waitFor();
    await list().getByRole('row').nth(4).getByRole('checkbox').click();
    for (const key of ['j', 'x']) await page.keyboard.press(key);
    await page.getByText('4 selected').waitFor();
    await page.getByRole('checkbox', { name: 'Select all loaded rows' }).click();
    await page.getByRole('button', { name: 'Suspend', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/^Leaves out \d+ devices: they are suspended/).waitFor();
    const text = (await dialog.getByText(/^Hits \d+ devices/).textContent()) ?? '';
    expect(await dialog.getByRole('button', { name: 'Suspend', exact: true }).isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill(/\d+/.exec(text)?.[0] ?? '');
    await dialog.getByRole('button', { name: 'Suspend', exact: true }).click();
    await page
      .getByRole('alert')
      .filter({ hasText: /devices are suspended/ })
      .waitFor();

    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/devices\/[0-9a-f-]{36}$/);
  });

  test('UI-1: Enter opens the row that the key before it led to, though nothing was drawn in between', async () => {
    const { page } = stage.ui;
    const opened = async () => {
      // No frame comes any more in this document, as on a machine that is slower than who types.
      await page.evaluate('window.requestAnimationFrame = () => 0');
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/devices\/[0-9a-f-]{36}$/);
      return page.url();
    };
    await page.goto(`${stage.server.url}/devices`);
    await page.getByText('50,000 devices').waitFor();
    const hrefs = [await links().first().getAttribute('href'), await links().nth(1).getAttribute('href')];
    await links().first().focus();
    expect(await opened()).toBe(`${stage.server.url}${hrefs[1]}`);

    await page.goto(`${stage.server.url}/devices`);
    await links().first().waitFor();
    await list().hover();
    await until('the first rows are not drawn', async () => {
      await page.mouse.wheel(0, 20_000);
      return Number(await list().getByRole('row').nth(1).getAttribute('aria-rowindex')) > 100;
    });
    expect(await opened()).toBe(`${stage.server.url}${hrefs[0]}`);
  });

  test('UI-1: what is seen is exported as CSV', async () => {
    const { page } = stage.ui;
    await page.goto(`${stage.server.url}/devices?q=web-00002`);
    await page.getByRole('button', { name: 'Export' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'CSV' }).click();

    const csv = await Bun.file((await (await download).path()) ?? '').text();
    expect(csv).toStartWith('Name,State,Last contact,System');
  });

  /**
   * Turns the wheel step by step: milliseconds of script, style and layout that each step cost the page, how many rows were
   * put into it meanwhile, and how many went by.
   */
  async function scroll(steps: number) {
    const { page, browser } = stage.ui;
    const session = await browser.context.newCDPSession(page);
    await session.send('Performance.enable');
    const spentMs = async () => {
      const { metrics } = await session.send('Performance.getMetrics');
      const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
      return (of('ScriptDuration') + of('LayoutDuration') + of('RecalcStyleDuration')) * 1_000;
    };
    const firstRow = async () => Number(await list().getByRole('row').nth(1).getAttribute('aria-rowindex'));
    await list().hover();
    await page.evaluate(`window.drawnRows = 0;
      new MutationObserver((changes) => {
        for (const { addedNodes } of changes)
          window.drawnRows += [...addedNodes].filter((node) => node.nodeName === 'TR').length;
      }).observe(document.querySelector('table[aria-label=Devices]'), { childList: true, subtree: true });`);
    const from = await firstRow();
    const costs: number[] = [];
    for (let step = 0; step < steps; step += 1) {
      const before = await spentMs();
      await page.mouse.wheel(0, 40);
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
      costs.push((await spentMs()) - before);
    }
    await session.detach();
    const drawn = await page.evaluate<number>('window.drawnRows');
    return { costs, drawn, passed: (await firstRow()) - from };
  }
});
