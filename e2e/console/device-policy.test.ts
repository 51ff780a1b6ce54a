import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipReason } from '@muster/lab';
import {
  compileAgent,
  createFleet,
  LocalAgent,
  type RunningServer,
  startServer,
  until,
} from '../src/index.ts';
import { type Console, expectAccessible, openConsole } from './open-console.ts';

/** What policies make of one machine, looked at and changed in the browser, against a real server and a real agent. */
const reason = await skipReason('browser');
setDefaultTimeout(120_000);

describe.skipIf(reason !== undefined)('the policy of a device in the console', () => {
  let folder = '';
  let server: RunningServer;
  let agent: LocalAgent;
  let hostname = '';
  let ui: Console;
  const fleet = createFleet(() => server);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'muster-web-policy-'));
    const binary = await compileAgent(folder);
    server = await startServer();
    agent = new LocalAgent(binary, join(folder, 'agent'));
    await agent.enrol(server.url, await fleet.newToken());
    agent.start();
    const device = await fleet.presence(agent.deviceId, 'online', 60_000);
    hostname = device.hostname;
    const fields = { fields: { checkInInterval: 120 } };
    await server.api('PUT', `/policies/site/${device.siteId}`, fields, { 'if-match': '*' });
    ui = await openConsole(server.url);
  }, 240_000);

  afterAll(async () => {
    await ui?.close();
    await agent?.end('SIGKILL');
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('GT-3: each value says where it comes from; what the device itself sets overrides it and reaches the agent', async () => {
    const { page } = ui;
    await ui.open(`/devices/${agent.deviceId}/settings`, hostname);
    const row = page.getByRole('region', { name: 'Policy' }).getByRole('row', { name: /^Check-in interval/ });
    await row.getByText('2 min').waitFor();
    await row.getByText(/^Site /).waitFor();
    await row.getByText('1 min (Default)').waitFor();

    await page.getByRole('textbox', { name: 'Check-in interval, seconds' }).fill('7');
    await page.getByText('A whole number from 30 to 3600').waitFor();
    expect(await page.getByRole('button', { name: 'Save policy' }).isDisabled()).toBe(true);

    await page.getByRole('textbox', { name: 'Check-in interval, seconds' }).fill('90');
    await page.getByRole('button', { name: 'Save policy' }).click();
    await row.getByText('This device').waitFor();
    await row.getByText(/2 min \(Site .*\), 1 min \(Default\)/).waitFor();
    await until('the agent follows', async () => agent.log.includes('checks in each 90 s'));
    await expectAccessible(page, 'policy of a device');
  });
});
