import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import type { DeviceRow, InstalledSoftware, InventoryItem, InventoryState } from '@muster/contracts';
import { runProgram, stageTerminal, type Terminal } from './src/index.ts';

/** The inventory by command line, of this very machine, beside its own tools. */
setDefaultTimeout(240_000);

let terminal: Terminal;
let deviceId = '';

beforeAll(async () => {
  terminal = await stageTerminal();
  deviceId = terminal.device.id;
}, 240_000);
afterAll(() => terminal.stop());

const cli: Terminal['cli'] = (...words) => terminal.cli(...words);
const json: Terminal['json'] = (...words) => terminal.json(...words);

test('IV-2 AG-6: a device looks when asked to, and each category tells its age', async () => {
  const before = Date.now();
  const reports = await json<{ category: string }[]>('inventory', 'collect', deviceId, 'system', 'software');
  const states = await json<InventoryState[]>('inventory', deviceId);

  expect(reports.map(({ category }) => category).sort()).toEqual(['software', 'system']);
  const software = states.find(({ category }) => category === 'software');
  expect(software).toMatchObject({ whole: true });
  expect(Date.parse(software?.collectedAt ?? '')).toBeGreaterThanOrEqual(before);
});

test('IV-3 IV-6 AG-6: a category is printed as a table and as JSON', async () => {
  const items = await json<InventoryItem[]>('inventory', deviceId, 'system');
  const table = await cli('inventory', deviceId, 'system');
  const wrong = await cli('inventory', deviceId, 'sofware');

  const { stdout: kernel } = await runProgram(['uname', '-r']);
  expect(String(items[0]?.fields.kernel)).toContain(kernel.trim());
  expect(table.stdout).toContain('KIND');
  expect(table.stdout).toContain(kernel.trim());
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('There is no category')]);
});

test('IV-4 IV-10 AG-6: software is found on the device, by title, by version and by where it is', async () => {
  const { stdout: version } = await runProgram(['dpkg-query', '-W', '-f', `\${Version}`, 'dpkg']);
  const installed = await json<InstalledSoftware[]>('inventory', deviceId, 'software', '--search', 'dpkg');
  const titles = await json<{ name: string; devices: unknown }[]>('software', 'list', 'dpkg');
  const shown = await json<{ versions: { version: string; devices: number }[] }>('software', 'show', 'dpkg');
  const where = async (...words: string[]) =>
    (await json<DeviceRow[]>('software', 'where', 'dpkg', ...words)).map(({ id }) => String(id));

  expect(installed.find(({ name }) => name === 'dpkg')?.version).toBe(version);
  expect(titles.find(({ name }) => name === 'dpkg')?.devices).toEqual({ value: 1, exact: true });
  expect(shown.versions).toMatchObject([{ version, devices: 1 }]);
  expect(await where()).toEqual([deviceId]);
  expect(await where(version)).toEqual([deviceId]);
  expect(await where('< 1.0')).toEqual([]);
  expect(await where('>= 1.0')).toEqual([deviceId]);
});

test('IV-2 AG-6: changes are listed since a time or an age, and a wrong time is said so', async () => {
  const since = await json<unknown[]>('changes', deviceId, '--since', '1h', '--category', 'software');
  const wrong = await cli('changes', deviceId, '--since', 'soon');

  expect(since).toEqual([]);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('12h or 7d')]);
});
