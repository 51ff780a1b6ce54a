import { describe, expect, test } from 'bun:test';
import { skipReason } from '@muster/lab';
import { until } from '../../src/index.ts';
import { expectAccessible } from '../open-console.ts';
import { stageMachine } from '../stage.ts';

/** What a technician does with one machine, in the browser, against a real server and a real agent. */
const reason = await skipReason('browser');

describe.skipIf(reason !== undefined)('a device in the console', () => {
  const stage = stageMachine();
  const row = () => stage.ui.page.getByRole('row', { name: new RegExp(stage.device.hostname) });
  const notice = (text: RegExp) => stage.ui.page.getByRole('alert').filter({ hasText: text });

  test('UI-10: a machine that goes away and comes back changes its row in place', async () => {
    await stage.ui.open('/devices', 'Devices');
    await row().getByText('Online').waitFor();
    await stage.ui.page.evaluate('window.isSamePage = true');

    await stage.agent.end();
    await row().getByText('Offline').waitFor();
    stage.agent.start();
    await row().getByText('Online').waitFor({ timeout: 60_000 });

    expect(await stage.ui.page.evaluate<unknown>('window.isSamePage')).toBe(true);
    await stage.ui.page
      .getByRole('button', { name: /^Online/ })
      .getByText('1')
      .waitFor();
  });

  test('UI-2: the header names state, reason, last contact and system', async () => {
    await row().getByRole('link', { name: stage.device.hostname }).click();

    const header = stage.ui.page.getByRole('main');
    await header.getByRole('heading', { name: stage.device.hostname, level: 1 }).waitFor();
    await header.getByRole('status', { name: 'State' }).getByText('Online').waitFor();
    await header.getByText(/connected, since/).waitFor();
    await header.getByText('Last contact now').waitFor();
    const { osName, agentVersion, kernel } = await stage.fleet.device(stage.device.id);
    await header.getByText(osName).first().waitFor();
    await header.getByText(agentVersion, { exact: true }).waitFor();
    await header.getByText(kernel ?? '', { exact: true }).waitFor();
  });

  test('TM-3 UI-2: four charts follow the machine each second and share one cursor', async () => {
    const { page } = stage.ui;
    for (const title of ['CPU', 'Memory', 'Disk', 'Network']) {
      const chart = page.getByRole('figure', { name: `${title} over time` });
      await chart.locator('canvas').waitFor();
      await until(`${title} is drawn`, () => chart.locator('canvas').evaluate(isInked));
    }

    const memory = page.getByRole('img', { name: /^Memory: in use/ });
    const said = new Set<string>();
    await until(
      'memory has changed twice',
      async () => said.add((await memory.getAttribute('aria-label')) ?? '').size > 2,
      30_000,
    );

    await page.getByRole('figure', { name: 'CPU over time' }).locator('.u-over').hover();
    const places = page.getByRole('figure').locator('.u-cursor-x');
    const xs = await places.evaluateAll((lines) => lines.map((line) => line.getBoundingClientRect().x));
    expect(xs.length).toBe(4);
    expect(Math.abs((xs[0] ?? 0) - (xs[2] ?? 1))).toBeLessThan(1);
    expect(Math.abs((xs[1] ?? 0) - (xs[3] ?? 1))).toBeLessThan(1);
  });

  test('TM-3 UI-2: the charts are read moment by moment, and looked at closer, by keys and by drawing over them', async () => {
    const { page } = stage.ui;
    const cpu = page.getByRole('slider', { name: 'CPU: moment' });
    const said = async () => (await cpu.getAttribute('aria-valuetext')) ?? '';
    const length = () => {
      const { searchParams } = new URL(page.url());
      return Date.parse(searchParams.get('to') ?? '') - Date.parse(searchParams.get('from') ?? '');
    };
    await cpu.focus();
    expect(await said()).toBe('the newest');
    await cpu.press('ArrowLeft');
    await until('a moment is said', async () => /:\d\d: busy \d/.test(await said()));
    const newest = await said();
    await cpu.press('ArrowLeft');
    await until('the moment before is said', async () => (await said()) !== newest);
    await until('all charts are read at that moment', async () => {
      const read = await page
        .getByRole('figure')
        .getByText(/\d\d:\d\d:\d\d$/)
        .allTextContents();
      return read.length === 4 && new Set(read).size === 1;
    });
    await expectAccessible(page, 'moment of the charts');

    await cpu.press('+');
    await page.waitForURL(/range=custom/);
    const closer = length();
    expect(closer).toBeLessThan(5 * 60_000);
    await page.getByRole('slider', { name: 'CPU: moment' }).press('-');
    await until('it is twice as long', async () => length() > closer);
    await page.goBack();
    await page.goBack();
    await page.waitForURL((url) => !url.searchParams.has('range'));

    const over = await page.getByRole('figure', { name: 'CPU over time' }).locator('.u-over').boundingBox();
    if (!over) throw new Error('the chart is not drawn');
    await page.mouse.move(over.x + over.width / 4, over.y + 20);
    await page.mouse.down();
    await page.mouse.move(over.x + over.width / 2, over.y + 30, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/range=custom/);
    expect(length()).toBeLessThan(2 * 60_000);
    await page.goBack();
    await page.waitForURL((url) => !url.searchParams.has('range'));
  });

  test('TM-3: the range is in the URL and can be linked to', async () => {
    await stage.ui.page.getByText('24 h', { exact: true }).click();
    await stage.ui.page.waitForURL(/range=24h/);
    await stage.ui.page.reload();

    expect(await stage.ui.page.getByRole('radio', { name: '24 h' }).isChecked()).toBe(true);
  });

  test('UI-2 RA-2: a process is found, ended and gone, and the record is one click away', async () => {
    const { page } = stage.ui;
    const victim = Bun.spawn(['sleep', '86399']);
    await page.getByRole('link', { name: 'Processes' }).click();
    await page.getByRole('textbox', { name: 'Filter processes' }).fill('sleep 86399');
    await page.getByRole('button', { name: `End sleep (${victim.pid})` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End process' }).click();

    await notice(/End process on .*: succeeded/).waitFor();
    expect(await victim.exited).not.toBe(0);
    await page.getByText('No process matches').waitFor();
    await notice(/succeeded/)
      .getByRole('link', { name: 'Open its record' })
      .click();
    await page.getByText('The process ended by itself when asked.').first().waitFor();
    await page.getByRole('status').first().waitFor();
  });

  test('UI-2: leaving the processes ends the listing on the machine', async () => {
    await until('no listing is open', async () => {
      const { items } = await stage.server.api<{ items: { state: string }[] }>(
        'GET',
        '/commands?state=running',
      );
      return items.length === 0;
    });
  });

  test('UI-2: a new name and tag are saved, and the list shows them', async () => {
    const { page } = stage.ui;
    await stage.ui.open(`/devices/${stage.device.id}/settings`, stage.device.hostname);
    await page.getByRole('textbox', { name: 'Name' }).fill('Front desk');
    await page.getByRole('combobox', { name: 'Tags' }).fill('role=desk');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Save', exact: true }).click();

    await notice(/Front desk is saved/).waitFor();
    await page.getByRole('heading', { name: 'Front desk', level: 1 }).waitFor();
    expect((await stage.fleet.device(stage.device.id)).tags).toEqual({ role: 'desk' });
  });

  test('UI-2: retiring asks for the name, says how it ended, and cuts the machine off', async () => {
    const { page } = stage.ui;
    await page.getByRole('button', { name: 'Retire' }).click();
    const confirm = page.getByRole('dialog').getByRole('button', { name: 'Retire', exact: true });
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByRole('dialog').getByRole('textbox').fill('Front desk');
    await confirm.click();

    await notice(/Front desk is retired/).waitFor();
    await page.getByRole('status', { name: 'State' }).getByText('Retired').waitFor();
    expect((await stage.fleet.device(stage.device.id)).lifecycle).toBe('retired');
  });
});

type Canvas = {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray };
  };
};

/** Runs in the page: true once something other than the empty ground was drawn. */
function isInked(element: unknown): boolean {
  const canvas = element as Canvas;
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value) => value !== 0);
}
