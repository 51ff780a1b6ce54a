import { describe, expect, test } from 'bun:test';
import { skipReason } from '@muster/lab';
import { startServer } from '../src/index.ts';
import { expectAccessible } from './open-console.ts';
import { stageConsole } from './stage.ts';

/** What the console shows when the code of a page cannot be had. */
const reason = await skipReason('browser');

describe.skipIf(reason !== undefined)('a page whose code does not come', () => {
  const stage = stageConsole();
  const navigation = () => stage.ui.page.getByRole('navigation', { name: 'Pages' });
  const standstill = (title: string) =>
    stage.ui.page.getByRole('alert').filter({ has: stage.ui.page.getByRole('heading', { name: title }) });

  test('UI-2: a build that replaced this one is said, and a reload leads to the page that was asked for', async () => {
    const { page, open } = stage.ui;
    await open('/', 'Overview');
    // The server itself answers that it has no such file, as it does for a file of an older build.
    await page.route('**/assets/roles-page-*', (route) =>
      route.continue({ url: `${stage.server.url}/assets/roles-page-replaced1.js` }),
    );
    await navigation().getByRole('link', { name: 'Roles' }).click();
    const told = standstill('The console was replaced by a newer one');
    await told.waitFor();
    expect(new URL(page.url()).pathname).toBe('/roles');
    await navigation().getByRole('link', { name: 'Devices', exact: true }).waitFor();
    await expectAccessible(page, 'console replaced');

    await page.unroute('**/assets/roles-page-*');
    await told.getByRole('button', { name: 'Reload' }).click();
    await page.getByRole('heading', { name: 'Roles', level: 1 }).waitFor();
  });

  test('UI-2: while the server is away a page that was never opened says so, and comes once it is back', async () => {
    const { page, open } = stage.ui;
    await open('/', 'Overview');
    const { port, gatewayPort, dataFolder } = stage.server;
    await stage.server.end('SIGKILL');
    await navigation().getByRole('link', { name: 'Commands' }).click();
    const told = standstill('The server does not answer');
    await told.getByText('unreachable', { exact: true }).waitFor();
    await expectAccessible(page, 'server away, page unread');
    await told.getByRole('button', { name: 'Try again' }).click();
    await told.getByRole('button', { name: 'Try again' }).and(page.locator(':enabled')).waitFor();

    stage.server = await startServer({ port, gatewayPort, dataFolder });
    await told.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Commands', level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/commands');
  });
});
