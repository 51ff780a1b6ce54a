import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { DeviceId } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import type { DeviceLink } from '../../../platform/gateway/ports.ts';
import { aDevice, type LedgerFixture, ledgerFixture } from '../../../testing/ledger-fixture.ts';
import type { RhythmPort } from '../policy-deps.ts';
import { createDelivery } from './deliver.ts';

let fixture: LedgerFixture;
beforeAll(async () => {
  fixture = await ledgerFixture();
});
afterAll(() => fixture.close());

const holds = (device: DeviceLink, fields: object) =>
  fixture.db.database.system('test', (tx) =>
    tx.execute(sql`insert into device_policies (device_id, org_id, fields)
      values (${device.deviceId}, ${device.orgId}, ${JSON.stringify(fields)}::jsonb)`),
  );
const settings = (id: DeviceId) =>
  fixture.node
    .take(id)
    .flatMap(({ body }) =>
      body.case === 'settings'
        ? [[body.value.checkInIntervalS, body.value.beaconIntervalS, body.value.inventoryIntervalS]]
        : [],
    );

test('GT-3: a connected device is told all that holds, presence as well, and one that was being let in is told again', async () => {
  let nowMs = 1_000_000;
  const rhythms: Parameters<RhythmPort['setRhythm']>[] = [];
  const { database } = fixture.db;
  const presence = { setRhythm: (...call: (typeof rhythms)[number]) => void rhythms.push(call) };
  const delivery = createDelivery({ database, node: fixture.node, presence, now: () => nowMs });
  const [here, late] = [await aDevice(fixture), await aDevice(fixture)];
  for (const device of [here, late])
    await holds(device, { checkInInterval: 90, offlineLimit: 400, inventoryInterval: 900 });
  fixture.node.connect(here.deviceId);

  await delivery.changed([here.deviceId, late.deviceId]);

  expect(settings(here.deviceId)).toEqual([[90, 90, 900]]);
  const rhythm = { offlineLimitMs: 400_000, beaconIntervalMs: 90_000 };
  expect(rhythms.toSorted(([one], [other]) => one - other)).toEqual([
    [here.deviceNo, rhythm],
    [late.deviceNo, rhythm],
  ]);
  fixture.node.connect(late.deviceId);
  delivery.opened(late.deviceId);
  expect(settings(late.deviceId)).toEqual([[90, 90, 900]]);
  expect(rhythms.at(-1)).toEqual([late.deviceNo, rhythm]);
  expect(rhythms.length).toBe(3);
  nowMs += 61_000;
  delivery.opened(late.deviceId);
  expect(settings(late.deviceId)).toEqual([]);
});
