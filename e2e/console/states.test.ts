import { afterAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipReason } from '@muster/lab';
import { compileAgent, LocalAgent, startServer, until } from '../src/index.ts';
import { expectAccessible } from './open-console.ts';
import { stageConsole } from './stage.ts';

/** What the console says while things arrive, wait, fail and come back, with a real agent. */
const reason = await skipReason('browser');

type Token = { id: string; state: string };

describe.skipIf(reason !== undefined)('states of the console', () => {
  let folder = '';
  let binary = '';
  let agent: LocalAgent;
  const stage = stageConsole(async () => {
    folder = mkdtempSync(join(tmpdir(), 'muster-web-'));
    binary = await compileAgent(folder);
    agent = new LocalAgent(binary, join(folder, 'agent'));
  });
  const { fleet } = stage;

  afterAll(async () => {
    await agent?.end('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  test('UI-2: a machine lights up where it was awaited, and waits for approval until the banner lets it in', async () => {
    const { page, open } = stage.ui;
    await open('/enrolment', 'Add devices');
    const arrivals = page.getByRole('log', { name: 'Machines that arrived' });
    await arrivals.getByText(/^Waiting/).waitFor();
    await agent.enrol(stage.server.url, await fleet.newToken({ needsApproval: true }));
    agent.start();

    await arrivals.getByText('Waits for approval').waitFor();
    await expectAccessible(page, 'arrival');
    await arrivals.getByRole('link').click();
    const banner = page.getByRole('alert').filter({ hasText: 'Waits for approval' });
    await banner.getByText(/stores no telemetry and takes no commands/).waitFor();
    await expectAccessible(page, 'pending banner');
    await banner.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click();
    await banner.waitFor({ state: 'detached' });
    await fleet.presence(agent.deviceId, 'online', 60_000);
  });

  test('UI-2: a token is revoked from its row, and the command that makes one can be copied', async () => {
    const { page, open } = stage.ui;
    const before = await stage.server.api<{ items: Token[] }>('GET', '/enrolment-tokens');
    const made = await fleet.newToken();
    expect(made).not.toBe('');
    await open('/enrolment', 'Add devices');
    await page.getByRole('button', { name: /^Copy as command: muster tokens create --uses 1/ }).waitFor();
    await page.getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByText('The token is revoked').waitFor();
    await page.getByRole('cell', { name: 'Revoked' }).waitFor();
    const after = await stage.server.api<{ items: Token[] }>('GET', '/enrolment-tokens');
    expect(after.items.filter(({ state }) => state === 'revoked')).toHaveLength(
      before.items.filter(({ state }) => state === 'revoked').length + 1,
    );
  });

  test('UI-2: a server that only its own machine reaches offers to listen on another address', async () => {
    const { page, open } = stage.ui;
    await open('/enrolment', 'Add devices');
    await page.getByRole('heading', { name: 'Add a device' }).waitFor();
    await page.getByText('Only this machine reaches the server').waitFor();
    await page.getByRole('textbox', { name: 'Address to listen on' }).fill('no-such-address');
    await page.getByRole('button', { name: 'Listen' }).click();
    await page.getByText('Could not listen on no-such-address').waitFor();
    await page.getByRole('textbox', { name: 'Address to listen on' }).fill('127.0.0.2');
    await page.getByRole('button', { name: 'Listen' }).click();
    await page.getByText('The server listens on 127.0.0.2').waitFor();
  });

  test('TM-3: a range of one’s own is picked, refused when it ends before it begins, and is in the URL', async () => {
    const { page } = stage.ui;
    const { hostname } = await fleet.device(agent.deviceId);
    await stage.ui.open(`/devices/${agent.deviceId}`, hostname);
    await page.getByRole('button', { name: 'Custom' }).click();
    await page.getByLabel('From', { exact: true }).fill('2026-01-02T10:00');
    await page.getByLabel('To', { exact: true }).fill('2026-01-02T09:00');
    await page.getByText('Must be later than the start').waitFor();
    expect(await page.getByRole('button', { name: 'Show', exact: true }).isDisabled()).toBe(true);
    await page.getByLabel('To', { exact: true }).fill('2026-01-02T12:00');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await until('the range is in the URL', () => new URL(page.url()).searchParams.has('from'));
    const { searchParams } = new URL(page.url());
    expect(Date.parse(searchParams.get('to') ?? '') - Date.parse(searchParams.get('from') ?? '')).toBe(
      7_200_000,
    );
  });

  test('UI-2: what cannot be read says why, with its code, and is read by another try', async () => {
    const { page, open } = stage.ui;
    await page.route('**/api/v1/commands*', (route) => route.abort());
    await open('/commands', 'Commands');
    const failed = page.getByRole('alert').filter({ hasText: 'This could not be read' });
    await failed.getByText('unreachable', { exact: true }).waitFor();
    await expectAccessible(page, 'commands failed');
    await page.unroute('**/api/v1/commands*');
    await failed.getByRole('button', { name: 'Try again' }).click();
    await failed.waitFor({ state: 'detached' });
  });

  test('UI-10: a server that goes away is said with since when, and so is its return', async () => {
    const { page, open } = stage.ui;
    await open('/devices', 'Devices');
    await page.getByRole('status').getByText('Live').waitFor();
    const { port, gatewayPort, dataFolder } = stage.server;
    await stage.server.end('SIGKILL');
    await page.getByText(/Reconnecting · stale since/).waitFor();
    await expectAccessible(page, 'server away');

    stage.server = await startServer({ port, gatewayPort, dataFolder });
    await page.getByRole('status').getByText('Live').waitFor({ timeout: 60_000 });
  });
});
