import { describe, expect, test } from 'bun:test';
import { skipReason } from '@muster/lab';
import { expectAccessible } from '../open-console.ts';
import { stageMachine } from '../stage.ts';

/** Who a machine talks to, in the browser: a real server, and the agent of this very machine. */
const reason = await skipReason('browser');

describe.skipIf(reason !== undefined)('the connections of a device in the console', () => {
  const stage = stageMachine();

  test('UI-2 IV-6: a button lists what is open at this moment, with the program, and again what is open then', async () => {
    const first = Bun.listen({ hostname: '127.0.0.1', port: 26_511, socket: { data: () => {} } });
    await stage.ui.open(`/devices/${stage.device.id}/network`, stage.device.hostname);
    await stage.ui.page.getByRole('button', { name: 'List connections' }).click();
    const filter = stage.ui.page.getByRole('textbox', { name: 'Filter connections' });
    await filter.fill('bun 2651');

    await stage.ui.page
      .getByRole('row', { name: new RegExp(`${process.pid} TCP 127.0.0.1:26511 .*listen$`) })
      .waitFor();
    await stage.ui.page.getByText(/^\d+ of TCP and UDP, seen/).waitFor();

    first.stop(true);
    const second = Bun.listen({ hostname: '127.0.0.1', port: 26_512, socket: { data: () => {} } });
    await stage.ui.page.getByRole('button', { name: 'List again' }).click();
    await stage.ui.page.getByRole('row', { name: /127.0.0.1:26512/ }).waitFor();
    expect(await stage.ui.page.getByRole('row', { name: /127.0.0.1:26511/ }).count()).toBe(0);
    second.stop(true);
    await filter.fill('no such program');
    await stage.ui.page.getByText('No connection matches.').waitFor();
  });

  test('UI-2: the list is accessible', async () => {
    await stage.ui.page.getByRole('textbox', { name: 'Filter connections' }).fill('');
    await stage.ui.page.getByRole('row', { name: /TCP/ }).first().waitFor();
    await expectAccessible(stage.ui.page, 'connections');
  });
});
