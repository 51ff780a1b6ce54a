import { expect, test } from 'bun:test';
import { create } from '@bufbuild/protobuf';
import { LIVE_SUBPROTOCOL } from '@muster/contracts';
import { FactsSchema, MetricSetSchema, SampleSchema, CommandState as Wire } from '@muster/contracts/wire';
import {
  aDevice,
  anOrganisation,
  anUpdate,
  aPerson,
  someDevices,
  until,
} from '../../testing/ledger-fixture.ts';
import { stageLive } from './testing/stage-live.ts';

const stage = stageLive();
const { connect, signedIn, enrol, counted } = stage;

test('the server answers with the subprotocol alone, never with the ticket', async () => {
  const client = await connect();

  expect(client.socket.protocol).toBe(LIVE_SUBPROTOCOL);
});

test('UI-10: rows on the screen change as soon as presence does: snapshot first, then only what changed', async () => {
  const client = await connect();
  const link = await aDevice(stage.fixture);
  const other = await aDevice(stage.fixture);
  client.ask({ type: 'watch', watch: 'w', view: 'devices', ids: [link.deviceId, other.deviceId] });
  const snapshot = await client.next('devices');

  stage.fixture.devices.presence.port.opened(link);
  stage.fixture.devices.presence.port.telemetry(link);
  const delta = await client.next('devices', (message) =>
    message.rows.some((row) => row.presence === 'online'),
  );

  expect(snapshot).toMatchObject({ watch: 'w', snapshot: true });
  expect(snapshot.rows.map((row) => row.presence)).toEqual(['unknown', 'unknown']);
  expect(delta.snapshot).toBe(false);
  expect(delta.rows).toHaveLength(1);
  expect(delta.rows[0]).toMatchObject({ id: link.deviceId, presence: 'online', presenceReason: 'connected' });
  expect(delta.rows[0]).not.toHaveProperty('hostname');
});

test('UI-10: a row is told when its facts change', async () => {
  const client = await connect();
  const link = await aDevice(stage.fixture);
  client.ask({ type: 'watch', watch: 'w', view: 'devices', ids: [link.deviceId] });
  await client.next('devices');

  const facts = create(FactsSchema, { hostname: 'renamed', os: 'linux', arch: 'amd64', osName: 'Debian' });
  await stage.fixture.devices.facts.facts(link, facts);
  const delta = await client.next('devices', (message) =>
    message.rows.some((row) => row.hostname === 'renamed'),
  );

  expect(delta.rows[0]).toMatchObject({ id: link.deviceId, osName: 'Debian' });
});

test('UI-10: a device that is looked at live sends each second, until the last one looks away', async () => {
  const link = await aDevice(stage.fixture);
  stage.fixture.node.connect(link.deviceId);
  const client = await connect();
  client.ask({ type: 'watch', watch: 'd', view: 'device', deviceId: link.deviceId, live: true });
  await client.next('devices');
  await until(() => stage.fixture.node.take(link.deviceId).some((frame) => frame.body.case === 'liveMode'));

  const metrics = create(MetricSetSchema, { metrics: [1], values: [420n] });
  stage.telemetry.port.sample(link, create(SampleSchema, { atMs: BigInt(Date.now()), metrics }));
  const { samples } = await client.next('samples');
  client.ask({ type: 'unwatch', watch: 'd' });
  await until(() =>
    stage.fixture.node
      .take(link.deviceId)
      .some(({ body }) => body.case === 'liveMode' && body.value.intervalMs === 0),
  );

  expect(Object.values(samples[0]?.values ?? {})).toHaveLength(1);
});

test('RA-2: whoever watches a command sees its states and its progress; progress of a stranger is refused', async () => {
  const person = signedIn();
  const [link, stranger] = [await aDevice(stage.fixture), await aDevice(stage.fixture)];
  stage.fixture.node.connect(link.deviceId);
  const client = await connect(person);
  const payload = { watch: { durationMs: 60_000, intervalMs: 1_000 } };
  const { id } = await stage.fixture.commands.run(person, {
    deviceId: link.deviceId,
    name: 'process.list',
    payload,
  });
  client.ask({ type: 'watch', watch: 'c', view: 'command', commandId: id });
  const snapshot = await client.next('command');

  const listing = { takenAt: '2026-01-01T00:00:00.000Z', bootId: 'b', processes: [] };
  const { port: gateway } = stage.fixture.commands;
  await gateway.update(link, anUpdate(id, Wire.RUNNING));
  await gateway.update(link, anUpdate(id, Wire.PROGRESS, { payload: listing, number: 1 }));
  const forged = gateway.update(stranger, anUpdate(id, Wire.PROGRESS, { payload: listing, number: 2 }));
  await expect(forged).rejects.toMatchObject({ code: 'forbidden' });
  await gateway.update(link, anUpdate(id, Wire.PROGRESS, { payload: { processes: 'odd' }, number: 3 }));
  await gateway.update(link, anUpdate(id, Wire.SUCCEEDED, { payload: listing }));
  const end = await client.next('command', ({ command }) => command.state === 'succeeded');

  expect(snapshot.command).toMatchObject({ id, state: 'sent' });
  expect(end.command.result).toEqual(listing);
  const progress = client.messages.filter((message) => message.type === 'progress');
  expect(progress.map((message) => message.number)).toEqual([1]);
});

test('UI-10: the summary follows presence at most once a second, one count for everybody who looks', async () => {
  const own = await anOrganisation(stage.fixture.db);
  const links = await someDevices(stage.fixture, { ...own, count: 5 });
  const client = await connect(signedIn(aPerson(own.orgId)));
  client.ask({ type: 'watch', watch: 's', view: 'summary', query: '' });
  const first = await client.next('summary');
  const began = performance.now();

  for (const link of links) {
    stage.fixture.devices.presence.port.opened(link);
    stage.fixture.devices.presence.port.telemetry(link);
    await Bun.sleep(100);
  }
  await client.next('summary', ({ presence }) => presence.online === 5);
  const seconds = Math.ceil((performance.now() - began) / 1_000);

  expect(first).toMatchObject({ total: 5, exact: true, presence: { unknown: 5 } });
  // Without the last one, which was taken out.
  expect(client.messages.filter((message) => message.type === 'summary').length).toBeLessThanOrEqual(seconds);
});

test('UI-10: a summary says how many devices entered or left its query, also when the total stays', async () => {
  const own = await anOrganisation(stage.fixture.db);
  const [one, two] = await someDevices(stage.fixture, { ...own, count: 2 });
  if (!one || !two) throw new Error('no devices');
  const { port: presence } = stage.fixture.devices.presence;
  const client = await connect(signedIn(aPerson(own.orgId)));
  client.ask({ type: 'watch', watch: 's', view: 'summary', query: 'status:online' });
  await client.next('summary');
  await Bun.sleep(100);
  expect(client.messages).toEqual([]);

  for (const link of [one, two]) presence.opened(link);
  presence.telemetry(one);
  presence.closed(two, 'network');
  const entered = await client.next('summary', ({ total }) => total === 1);
  presence.closed(one, 'network');
  presence.opened({ ...two, connectionEpoch: 2n });
  presence.telemetry({ ...two, connectionEpoch: 2n });
  const swapped = await client.next('summary', ({ total, moved }) => total === 1 && moved > 0);

  expect(entered.moved).toBe(1);
  expect(swapped).toMatchObject({ total: 1, moved: 2 });
});

test('UI-10: what happens in other organisations has nothing counted anew', async () => {
  const [own, other] = [await anOrganisation(stage.fixture.db), await anOrganisation(stage.fixture.db)];
  const [near] = await someDevices(stage.fixture, { ...own, count: 1 });
  const [far] = await someDevices(stage.fixture, { ...other, count: 1 });
  if (!near || !far) throw new Error('no devices');
  const client = await connect(signedIn(aPerson(own.orgId)));
  client.ask({ type: 'watch', watch: 's', view: 'summary', query: 'lifecycle = active' });
  await client.next('summary');
  const countedSoFar = () => counted.filter((query) => query === 'lifecycle = active').length;
  // Two seconds in which the far device changes and nothing is counted; every summary is also read anew each ten seconds.
  const { port } = stage.fixture.devices.presence;
  let { connectionEpoch } = far;
  await until(async () => {
    const before = countedSoFar();
    connectionEpoch += 1n;
    port.opened({ ...far, connectionEpoch });
    port.telemetry({ ...far, connectionEpoch });
    port.closed({ ...far, connectionEpoch }, 'network');
    await Bun.sleep(2_000);
    return countedSoFar() === before;
  });

  stage.fixture.devices.presence.port.opened(near);
  stage.fixture.devices.presence.port.telemetry(near);
  await client.next('summary', ({ presence }) => presence.online === 1);
});

test('a query that is none is answered with its error', async () => {
  const client = await connect();

  client.ask({ type: 'watch', watch: 's', view: 'summary', query: 'os:' });

  expect(await client.next('error')).toMatchObject({ watch: 's', code: 'invalid_input' });
});

test('EN-14: a device that enrols lights up where arrivals are watched, and nowhere else', async () => {
  const client = await connect();
  const elsewhere = await anOrganisation(stage.fixture.db);
  const outsider = await connect(signedIn(aPerson(elsewhere.orgId)));
  for (const one of [client, outsider]) {
    one.ask({ type: 'watch', watch: 'a', view: 'arrivals' });
    // Requests are answered in their order.
    one.ask({ type: 'watch', watch: 'after it', view: 'summary', query: 'os:' });
    await one.next('error');
  }

  const deviceId = await enrol('new-machine');
  const { device } = await client.next('arrival');

  expect(device).toMatchObject({ id: deviceId, hostname: 'new-machine' });
  expect(outsider.messages).toEqual([]);
});

test('garbage is answered with an error and a flood of requests is cut off', async () => {
  const client = await connect();
  client.socket.send('{');
  client.socket.send(JSON.stringify({ type: 'watch', watch: 'w', view: 'nothing' }));
  const errors = [await client.next('error'), await client.next('error')];

  for (let n = 0; n < 500; n++) client.ask({ type: 'watch', watch: `w${n}`, view: 'devices', ids: [] });
  await until(() => client.closeCode !== undefined);

  expect(errors.map((error) => error.code)).toEqual(['invalid_input', 'invalid_input']);
  expect(client.closeCode).toBe(1008);
});
