import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipReason } from '@muster/lab';
import { compileAgent, createFleet, LocalAgent, type RunningServer, startServer } from '../src/index.ts';
import { type Console, expectAccessible, openConsole } from './open-console.ts';

/** Who a machine talks to, in the browser: a real server, and the agent of this very machine. */
const reason = await skipReason('browser');
setDefaultTimeout(120_000);

describe.skipIf(reason !== undefined)('the connections of a device in the console', () => {
  let folder = '';
  let server: RunningServer;
  let agent: LocalAgent;
  let ui: Console;
  const fleet = createFleet(() => server);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'muster-web-connections-'));
    const binary = await compileAgent(folder);
    server = await startServer();
    agent = new LocalAgent(binary, join(folder, 'agent'));
    await agent.enrol(server.url, await fleet.newToken());
    agent.start();
    const { hostname } = await fleet.presence(agent.deviceId, 'online', 60_000);
    ui = await openConsole(server.url);
    await ui.open(`/devices/${agent.deviceId}/network`, hostname);
  }, 240_000);

  afterAll(async () => {
    await ui?.close();
    await agent?.end('SIGKILL');
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('UI-2 IV-6: a button lists what is open at this moment, with the program, and again what is open then', async () => {
    const first = Bun.listen({ hostname: '127.0.0.1', port: 26_511, socket: { data: () => {} } });
    await ui.page.getByRole('button', { name: 'List connections' }).click();
    const filter = ui.page.getByRole('textbox', { name: 'Filter connections' });
    await filter.fill('bun 2651');

    await ui.page
      .getByRole('row', { name: new RegExp(`${process.pid} TCP 127.0.0.1:26511 .*listen$`) })
      .waitFor();
    await ui.page.getByText(/^\d+ of TCP and UDP, seen/).waitFor();

    first.stop(true);
    const second = Bun.listen({ hostname: '127.0.0.1', port: 26_512, socket: { data: () => {} } });
    await ui.page.getByRole('button', { name: 'List again' }).click();
    await ui.page.getByRole('row', { name: /127.0.0.1:26512/ }).waitFor();
    expect(await ui.page.getByRole('row', { name: /127.0.0.1:26511/ }).count()).toBe(0);
    second.stop(true);
    await filter.fill('no such program');
    await ui.page.getByText('No connection matches.').waitFor();
  });

  test('UI-2: the list is accessible', async () => {
    await ui.page.getByRole('textbox', { name: 'Filter connections' }).fill('');
    await ui.page.getByRole('row', { name: /TCP/ }).first().waitFor();
    await expectAccessible(ui.page, 'connections');
  });
});
