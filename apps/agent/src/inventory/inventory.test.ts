import { beforeEach, describe, expect, test } from 'bun:test';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StateFolder } from '../identity/state-folder.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import type { Draft } from '../wire/codec.ts';
import { encode } from '../wire/codec.ts';
import { type AgentFrame, InventoryUpdate } from '../wire/messages.gen.ts';
import { Inventory } from './inventory.ts';
import type { Item } from './item.ts';
import { readAcknowledged, writeOutbox } from './outbox.ts';
import { pack, snapshot } from './pack.ts';

const anItem = (key: string, value: unknown = 1): Item => ({ kind: 'package', key, fields: { value } });
const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex');
const packed = (items: readonly Item[], acknowledged?: readonly Item[]) =>
  pack({
    category: 'software',
    collectedAtMs: 1,
    items,
    note: '',
    acknowledged: acknowledged && snapshot(acknowledged),
  });

describe('differences', () => {
  test('an unchanged category is one small update whose base is its state', () => {
    const items = Array.from({ length: 3_000 }, (_, at) => anItem(`p${at}`));
    const [update, ...more] = packed(items, items.toReversed());
    expect(more).toEqual([]);
    expect(hex(update?.base)).toBe(hex(update?.state));
    expect(encode(InventoryUpdate, update ?? {}).length).toBeLessThan(100);
  });

  test('what came, changed and went is sent, and nothing else', () => {
    const [update] = packed(
      [anItem('same'), anItem('new'), anItem('other', 2)],
      [anItem('same'), anItem('other'), anItem('gone')],
    );
    expect(update?.upserts?.map(({ key }) => key)).toEqual(['new', 'other']);
    expect(update?.removed).toEqual([{ kind: 'package', key: 'gone' }]);
  });

  test('a large category is a chain: each update starts where the one before it ended', () => {
    const updates = packed(Array.from({ length: 1_001 }, (_, at) => anItem(`p${at}`, 'x'.repeat(200))));
    expect(updates.length).toBeGreaterThan(4);
    expect(hex(updates[0]?.base)).toBe('');
    for (const [at, update] of updates.entries()) {
      if (at > 0) expect(hex(update.base)).toBe(hex(updates[at - 1]?.state));
      expect(update.more).toBe(at < updates.length - 1);
      expect(encode(InventoryUpdate, update).length).toBeLessThan(64 * 1024);
    }
    expect(updates.flatMap(({ upserts }) => upserts ?? []).length).toBe(1_001);
  });
});

describe('sending', () => {
  let folder: StateFolder;
  let machine: Item[];
  let sent: Draft<AgentFrame>[];
  let collections: (readonly string[])[];
  let reply: (update: InventoryUpdate) => { wantAll?: boolean; refused?: string } | undefined;
  let inventory: Inventory;
  const clock = new FakeClock();

  beforeEach(() => {
    folder = new StateFolder(mkdtempSync(join(tmpdir(), 'muster-inventory-')));
    machine = Array.from({ length: 600 }, (_, at) => anItem(`p${at}`));
    sent = [];
    collections = [];
    reply = () => ({});
    inventory = new Inventory({
      clock,
      random: () => 0.5,
      log: { say: () => {}, warn: () => {} },
      folder,
      serverNowMs: () => 1,
      collect: async (categories) => {
        collections.push(categories);
        const acknowledged = readAcknowledged(folder, 'software');
        const updates = pack({
          category: 'software',
          collectedAtMs: 1,
          items: machine,
          note: '',
          acknowledged,
        });
        writeOutbox(folder, updates, new Map([['software', snapshot(machine)]]));
      },
      send: (frame) => {
        sent.push(frame);
        const update = frame.inventory as InventoryUpdate;
        const said = reply(update);
        if (said) {
          const { category, state } = update;
          queueMicrotask(() => inventory.answered({ category, state, wantAll: false, refused: '', ...said }));
        }
        return true;
      },
    });
  });

  test('IV-9: all is sent once; afterwards an unchanged machine costs one frame, a change its difference', async () => {
    expect(await inventory.collect([])).toEqual([{ category: 'software', changes: 600, note: '' }]);
    expect(sent.length).toBe(3);
    expect(await inventory.collect([])).toEqual([{ category: 'software', changes: 0, note: '' }]);
    expect(sent.length).toBe(4);
    machine = [...machine.slice(1), anItem('new')];
    expect(await inventory.collect([])).toMatchObject([{ changes: 2 }]);
  });

  test('a server that has another state gets everything, once', async () => {
    await inventory.collect([]);
    sent = [];
    reply = (update) => (update.base.length > 0 && sent.length === 1 ? { wantAll: true } : {});
    expect(await inventory.collect([])).toEqual([{ category: 'software', changes: 600, note: '' }]);
    expect(collections.at(-1)).toEqual(['software']);
  });

  test('a cut in the middle acknowledges nothing: the next collection starts from what the server has for sure', async () => {
    reply = (update) => (update.more ? {} : undefined);
    const cut = inventory.collect([]);
    cut.catch(() => {});
    await Bun.sleep(5);
    inventory.lost();
    await expect(cut).rejects.toThrow('did not answer');
    expect(readAcknowledged(folder, 'software')).toBeUndefined();
    reply = () => ({});
    sent = [];
    await inventory.collect([]);
    expect(hex((sent[0]?.inventory as InventoryUpdate | undefined)?.base)).toBe('');
  });

  test('a damaged record of what was acknowledged means everything again, never a crash', async () => {
    await inventory.collect([]);
    folder.writeText('inventory-software.json', '{"state":');
    expect(await inventory.collect([])).toMatchObject([{ changes: 600 }]);
  });

  test('what the server refuses is said in the report, and the agent goes on', async () => {
    reply = () => ({ refused: 'no such category' });
    expect(await inventory.collect([])).toEqual([
      { category: 'software', changes: 0, note: 'refused: no such category' },
    ]);
  });

  test('it collects by itself soon after the start and then at the interval that the server sets', async () => {
    inventory.setInterval(3_600_000);
    inventory.tick();
    expect(collections).toEqual([]);
    clock.pass(61_000);
    inventory.tick();
    await Bun.sleep(5);
    expect(collections.length).toBe(1);
    clock.pass(3_000_000);
    inventory.tick();
    expect(collections.length).toBe(1);
    clock.pass(1_200_000);
    inventory.tick();
    await Bun.sleep(5);
    expect(collections.length).toBe(2);
  });
});
