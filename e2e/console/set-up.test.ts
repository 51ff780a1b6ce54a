import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LabBrowser, launchBrowser, skipReason } from '@muster/lab';
import { freePort, until } from '../src/index.ts';
import { expectAccessible } from './open-console.ts';

/** The first minute: the link that a fresh server prints, the first administrator, the root key, the console. */
const reason = await skipReason('browser');
setDefaultTimeout(240_000);

const ROOT = join(import.meta.dir, '..', '..');

describe.skipIf(reason !== undefined)('set-up', () => {
  let folder = '';
  let server: Bun.Subprocess<'ignore', 'pipe', 'ignore'>;
  let browser: LabBrowser;
  let output = '';
  const link = () => /Set up +(\S+)/.exec(output)?.[1];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'muster-web-'));
    const ports = [await freePort(), await freePort()].map(String);
    server = Bun.spawn({
      cmd: [
        process.execPath,
        '--no-orphans',
        join(ROOT, 'apps/server/src/start.ts'),
        ...['--data', folder, '--port', ports[0] ?? '', '--gateway-port', ports[1] ?? '', '--no-local-agent'],
      ],
      cwd: ROOT,
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'ignore',
    });
    void (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of server.stdout) output += decoder.decode(chunk, { stream: true });
    })();
    await until('the set-up link is printed', link, 120_000);
    browser = await launchBrowser({ viewport: { width: 1440, height: 900 } });
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    server?.kill('SIGINT');
    await server?.exited;
    rmSync(folder, { recursive: true, force: true });
  });

  test('UI-2: the link leads to the first administrator, shows the root key once, and opens the console', async () => {
    const page = await browser.context.newPage();
    await page.goto(link() ?? '');
    await page.getByRole('heading', { name: 'Set up Muster' }).waitFor();
    expect(page.url()).not.toContain('token');
    await expectAccessible(page, 'set up');

    await page.getByRole('textbox', { name: 'Your name' }).fill('Ada');
    await page.getByRole('textbox', { name: 'Email' }).fill('ada@example.test');
    await page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery');
    await page.getByRole('button', { name: 'Create administrator' }).click();

    await page.getByRole('heading', { name: 'Keep the root key' }).waitFor();
    await expectAccessible(page, 'root key');
    const enter = page.getByRole('button', { name: 'Open the console' });
    expect(await enter.isDisabled()).toBe(true);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    expect((await Bun.file((await (await download).path()) ?? '').text()).trim().length).toBeGreaterThan(30);
    await page.getByRole('checkbox', { name: /I stored it/ }).click();
    await enter.click();

    await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor();
    await page.getByRole('heading', { name: 'No devices yet' }).waitFor();
    await page.getByRole('heading', { name: 'Add your first device' }).waitFor();
    await expectAccessible(page, 'no devices');
  });

  test('UI-2: once used, the link makes nobody else an administrator', async () => {
    const page = await browser.context.newPage();
    await page.goto(link() ?? '');
    await page.getByRole('textbox', { name: 'Your name' }).fill('Eve');
    await page.getByRole('textbox', { name: 'Email' }).fill('eve@example.test');
    await page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery');
    await page.getByRole('button', { name: 'Create administrator' }).click();

    await page
      .getByRole('alert')
      .getByText(/has been set up already/)
      .waitFor();
  });

  test('UI-2: signing out ends the session, and a page asks for it again and then leads on', async () => {
    const page = await browser.context.newPage();
    await page.goto(new URL('/commands', link()).href);
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await expectAccessible(page, 'sign in');

    await page.goto(new URL('/enrolment', link()).href);
    await page.getByRole('textbox', { name: 'Email' }).fill('ada@example.test');
    await page.getByRole('textbox', { name: 'Password' }).fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Add devices', level: 1 }).waitFor();
  });
});
