import { expect, test } from 'bun:test';
import { create } from '@bufbuild/protobuf';
import { MetricSetSchema, SampleSchema } from '@muster/contracts/wire';
import { aDevice, until } from '../../testing/ledger-fixture.ts';
import { stageLive } from './testing/stage-live.ts';

/* What a view that is opened again after a cut brings. */

const stage = stageLive();
const { connect, signedIn, enrol } = stage;

test('UI-10: rows that are opened again after a cut bring what changed meanwhile, and nothing else', async () => {
  const person = signedIn();
  const [still, changed] = [await aDevice(stage.fixture), await aDevice(stage.fixture)];
  const ids = [still.deviceId, changed.deviceId];
  const view = { type: 'watch', watch: 'w', view: 'devices', ids } as const;
  const client = await connect(person);
  client.ask(view);
  const { position } = await client.next('devices');

  client.socket.close();
  await until(() => client.closeCode !== undefined);
  stage.fixture.devices.presence.port.opened(changed);
  stage.fixture.devices.presence.port.telemetry(changed);
  const { db, devices } = stage.fixture;
  await until(async () => {
    const rows = await db.database.transaction(person.scope, (tx) =>
      devices.rows(tx, person.scope, [changed.deviceId]),
    );
    return rows[0]?.presence === 'online';
  });
  const back = await connect(person);
  back.ask({ ...view, after: position });
  const missed = await back.next('devices');
  // Until the change that was read with the rows has been noted as well.
  let nothing = missed;
  do {
    back.ask({ ...view, after: nothing.position });
    nothing = await back.next('devices');
  } while (nothing.rows.length > 0);
  back.ask({ ...view, after: 'elsewhere-1' });
  const anew = await back.next('devices', ({ snapshot }) => snapshot);

  expect(missed).toMatchObject({ snapshot: false, rows: [{ id: changed.deviceId, presence: 'online' }] });
  expect(missed.rows).toHaveLength(1);
  expect(nothing).toMatchObject({ snapshot: false, rows: [] });
  expect(anew.rows.map((row) => row.id).sort()).toEqual([...ids].sort());
});

test('UI-10: samples and arrivals that came while the socket was cut are told when it is back', async () => {
  const person = signedIn();
  const link = await aDevice(stage.fixture);
  const metrics = create(MetricSetSchema, { metrics: [1], values: [420n] });
  const start = Date.now();
  const sample = (atMs: number) =>
    stage.telemetry.port.sample(link, create(SampleSchema, { atMs: BigInt(atMs), metrics }));
  sample(start - 20_000);
  const client = await connect(person);
  client.socket.close();

  const from = stage.fixture.events.feed.position().toString();
  const deviceId = await enrol('came-meanwhile');
  for (const agoMs of [10_000, 5_000]) sample(start - agoMs);
  const back = await connect(person);
  const { deviceId: watched } = link;
  const samplesAfter = start - 20_000;
  back.ask({ type: 'watch', watch: 'd', view: 'device', deviceId: watched, live: true, samplesAfter });
  const { samples } = await back.next('samples');
  await until(() => stage.fixture.events.feed.position() > BigInt(from));
  back.ask({ type: 'watch', watch: 'a', view: 'arrivals', after: from });
  const { device } = await back.next('arrival');

  expect(samples.map(({ at }) => start - at)).toEqual([10_000, 5_000]);
  expect(device).toMatchObject({ id: deviceId, hostname: 'came-meanwhile' });
});
