import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type {
  Command,
  InstalledSoftware,
  InventoryChange,
  InventoryItem,
  InventoryState,
} from '@muster/contracts';
import { bootMachine, type Machine, skipReason } from '@muster/lab';
import { installAgent, openToMachines, type RunningServer, startServer, until } from './src/index.ts';

/** What a booted Debian consists of, beside its own tools, and what changes about it. */
const reason = await skipReason('machine');
setDefaultTimeout(240_000);

const DPKG_FORMAT = `${['db:Status-Status', 'Package', 'Version', 'Architecture'].map((name) => `\${${name}}`).join(' ')}\\n`;

type Page<Row> = { items: Row[]; next: string | null };

describe.skipIf(reason !== undefined)('the inventory of a Debian machine', () => {
  let server: RunningServer;
  let machine: Machine;
  let deviceId = '';

  const items = async (category: string) =>
    (await server.api<Page<InventoryItem>>('GET', `/devices/${deviceId}/inventory/${category}`)).items;
  const lines = async (...words: string[]) => {
    const { stdout } = await machine.run(words, { check: true });
    return stdout.trim().split('\n').filter(Boolean);
  };
  const collect = async (categories: string[] = []) => {
    const path = `/devices/${deviceId}/commands/inventory.collect`;
    const asked = await server.api<Command>('POST', path, { payload: { categories } });
    const ended = await until('the collection ends', async () => {
      const command = await server.api<Command>('GET', `/commands/${asked.id}`);
      return command.endedAt !== null && command;
    });
    expect(ended.state, JSON.stringify(ended.error)).toBe('succeeded');
    return (ended.result as { categories: { category: string; changes: number; note: string }[] }).categories;
  };
  async function software(): Promise<string[]> {
    const all: InstalledSoftware[] = [];
    let cursor = '';
    do {
      const path = `/devices/${deviceId}/software?limit=500${cursor && `&cursor=${cursor}`}`;
      const page = await server.api<Page<InstalledSoftware>>('GET', path);
      all.push(...page.items);
      cursor = page.next ?? '';
    } while (cursor);
    return all.map(({ name, version, arch }) => `${name} ${version} ${arch}`).sort();
  }
  const dpkg = async () =>
    (await lines('dpkg-query', '-W', '-f', DPKG_FORMAT))
      .filter((line) => line.startsWith('installed '))
      .map((line) => line.slice('installed '.length))
      .sort();
  /** A package of the machine's own making, installed as any other. */
  async function installPackage(version: string): Promise<void> {
    const control = `Package: muster-proof\nVersion: ${version}\nArchitecture: all\nMaintainer: Proof <p@example.org>\nDescription: proof\n`;
    const script = `rm -rf /tmp/proof && mkdir -p /tmp/proof/DEBIAN && printf '%s' "$1" > /tmp/proof/DEBIAN/control && dpkg-deb --build /tmp/proof /tmp/proof.deb >/dev/null && dpkg -i /tmp/proof.deb >/dev/null`;
    await machine.run(['sh', '-c', script, 'sh', control], { check: true });
  }
  const matching = async (query: string) =>
    (await server.api<Page<{ id: string }>>('GET', `/devices?query=${encodeURIComponent(query)}`)).items.map(
      ({ id }) => id,
    );

  beforeAll(async () => {
    machine = await bootMachine({ name: 'inventory' });
    server = await startServer();
    await openToMachines(server, machine.hostIp);
    deviceId = await installAgent(server, machine);
  });
  afterAll(async () => {
    await machine?.stop();
    await server?.stop();
  });

  test('IV-2, IV-9: soon after it came, and without being asked, the machine has told what it consists of', async () => {
    const states = await until(
      'every category',
      async () => {
        const found = await server.api<Page<InventoryState>>('GET', `/devices/${deviceId}/inventory`);
        return found.items.length >= 7 && found.items;
      },
      120_000,
    );
    for (const { category, whole, note } of states)
      expect({ category, whole, note }).toEqual({ category, whole: true, note: '' });
  });

  test('IV-4: its software is what dpkg lists', async () => {
    await collect();
    expect((await software()).length).toBeGreaterThan(50);
    expect(await software()).toEqual(await dpkg());
  });

  test('IV-6: its interfaces, routes and addresses are those that ip shows', async () => {
    const network = await items('network');
    const named = network.filter(({ kind }) => kind === 'interface').map(({ key }) => key);
    const shown = (await lines('sh', '-c', 'ls /sys/class/net')).sort();
    expect(named.sort()).toEqual(shown);
    const addresses = network.flatMap(({ kind, fields }) =>
      kind === 'interface' ? (fields.addresses as string[]) : [],
    );
    expect(addresses.some((address) => address.startsWith(machine.ip))).toBe(true);
  });

  test('an unchanged machine is compared and sends nothing but its age', async () => {
    const before = await server.api<Page<InventoryState>>('GET', `/devices/${deviceId}/inventory`);
    const reports = await collect(['software', 'hardware', 'system']);
    expect(reports.map(({ changes }) => changes)).toEqual([0, 0, 0]);
    const after = await server.api<Page<InventoryState>>('GET', `/devices/${deviceId}/inventory`);
    const of = (page: Page<InventoryState>) => page.items.find(({ category }) => category === 'software');
    expect(of(after)?.changedAt).toBe(of(before)?.changedAt ?? '');
    expect(Date.parse(of(after)?.collectedAt ?? '')).toBeGreaterThan(
      Date.parse(of(before)?.collectedAt ?? ''),
    );
  });

  test('IV-2, GT-5: a package that comes, changes and goes is history, and queries know it at once', async () => {
    await installPackage('1.0');
    expect(await collect(['software'])).toEqual([{ category: 'software', changes: 1, note: '' }]);
    expect(await matching('software "muster-proof" < 2')).toEqual([deviceId]);
    await installPackage('2.1');
    await collect(['software']);
    expect(await matching('software "muster-proof" < 2')).toEqual([]);
    await machine.run(['dpkg', '--purge', 'muster-proof'], { check: true });
    await collect(['software']);
    expect(await matching('software = muster-proof')).toEqual([]);
    const { items: changes } = await server.api<Page<InventoryChange>>(
      'GET',
      `/devices/${deviceId}/changes?category=software`,
    );
    const versions = changes.map(({ change, before, after }) => [
      change,
      before?.version ?? null,
      after?.version ?? null,
    ]);
    expect(versions).toEqual([
      ['removed', '2.1', null],
      ['changed', '1.0', '2.1'],
      ['added', null, '1.0'],
    ]);
    expect(await matching('changed.software within 1h')).toEqual([deviceId]);
  });

  test('killed in the middle of a collection, it sends the next one whole and right', async () => {
    await installPackage('3.0');
    const asked = server.api<Command>('POST', `/devices/${deviceId}/commands/inventory.collect`, {
      payload: {},
    });
    await asked;
    await machine.run(['systemctl', 'kill', '--signal=KILL', 'muster-agent'], { check: true });
    await until('the agent is back', async () => {
      const { stdout } = await machine.run(['muster-agent', 'status', '--json']);
      return (
        (JSON.parse(stdout) as { connection?: string }).connection === 'ready' || stdout.includes('online')
      );
    }).catch(() => undefined);
    await collect(['software']);
    expect(await software()).toEqual(await dpkg());
  });
});
