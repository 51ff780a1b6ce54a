import { expect, test } from 'bun:test';
import { create } from '@bufbuild/protobuf';
import { LIVE_SUBPROTOCOL, LIVE_TICKET_PREFIX, type SessionId, type SiteId } from '@muster/contracts';
import { FactsSchema, MetricSetSchema, SampleSchema } from '@muster/contracts/wire';
import { sql } from 'drizzle-orm';
import { NOWHERE } from '../../platform/actor.ts';
import { newId } from '../../platform/new-id.ts';
import { aDevice, anOrganisation, aPerson, someDevices, until } from '../../testing/ledger-fixture.ts';
import { stageLive } from './testing/stage-live.ts';

/* What rights and scope let through, and what becomes of a view when they change. */

const stage = stageLive();
const { connect, signedIn, isLetIn, people } = stage;

test('the socket opens with a fresh ticket, once, and only for pages of this origin', async () => {
  const person = signedIn();
  const used = LIVE_TICKET_PREFIX + stage.live.ticket(person).ticket;
  const ticket = () => LIVE_TICKET_PREFIX + stage.live.ticket(person).ticket;

  expect(await isLetIn([LIVE_SUBPROTOCOL, used])).toBe(true);
  expect(await isLetIn([LIVE_SUBPROTOCOL, used])).toBe(false);
  expect(await isLetIn([LIVE_SUBPROTOCOL, `${LIVE_TICKET_PREFIX}guess`])).toBe(false);
  expect(await isLetIn([LIVE_SUBPROTOCOL])).toBe(false);
  expect(await isLetIn([LIVE_SUBPROTOCOL, ticket()], { origin: 'https://evil.example' })).toBe(false);
  expect(await isLetIn([LIVE_SUBPROTOCOL, ticket()], { origin: `http://127.0.0.1:${stage.port}` })).toBe(
    true,
  );
  people.delete(person.sessionId);
  expect(await isLetIn([LIVE_SUBPROTOCOL, ticket()])).toBe(false);
});

test('devices of other organisations are in no view, whoever names them', async () => {
  const elsewhere = await anOrganisation(stage.fixture.db);
  const foreign = await aDevice(stage.fixture, elsewhere);
  const client = await connect();

  client.ask({ type: 'watch', watch: 'rows', view: 'devices', ids: [foreign.deviceId] });
  client.ask({ type: 'watch', watch: 'one', view: 'device', deviceId: foreign.deviceId, live: true });
  const snapshot = await client.next('devices', (message) => message.watch === 'rows');
  const refused = await client.next('error');
  stage.fixture.devices.presence.port.opened(foreign);
  await Bun.sleep(400);

  expect(snapshot.rows).toEqual([]);
  expect(refused).toMatchObject({ watch: 'one', code: 'not_found' });
  expect(client.messages).toEqual([]);
});

test('a view needs its permission', async () => {
  const client = await connect(signedIn(aPerson(stage.fixture.orgId, ['commands:read'])));

  client.ask({ type: 'watch', watch: 'w', view: 'devices', ids: [] });

  expect(await client.next('error')).toMatchObject({ watch: 'w', code: 'forbidden' });
});

test('views are dropped when the rights of their person change, and the socket when the session ends', async () => {
  const person = signedIn();
  const client = await connect(person);
  const link = await aDevice(stage.fixture);
  client.ask({ type: 'watch', watch: 'w', view: 'devices', ids: [link.deviceId] });
  await client.next('devices');

  people.set(person.sessionId, { ...person, permissions: new Set(['commands:read']) });
  const dropped = await client.next('error');
  stage.fixture.devices.presence.port.opened(link);
  await Bun.sleep(400);
  const heardAfterwards = client.messages.length;
  stage.live.dropSession(person.sessionId);
  await until(() => client.closeCode !== undefined);

  expect(dropped).toMatchObject({ watch: 'w', code: 'forbidden' });
  expect(heardAfterwards).toBe(0);
  expect(client.closeCode).toBe(4001);
}, 120_000);

test('SE-3: a view of one site shows its devices alone, and falls silent about one that moves away', async () => {
  const elsewhere = newId<SiteId>();
  await stage.fixture.db.database.system('test', (tx) =>
    tx.execute(
      sql`insert into sites (id, org_id, name) values (${elsewhere}, ${stage.fixture.orgId}, 'elsewhere')`,
    ),
  );
  const [here] = await someDevices(stage.fixture);
  const [there] = await someDevices(stage.fixture, { siteId: elsewhere });
  if (!here || !there) throw new Error('no devices');
  const whole = aPerson(stage.fixture.orgId, ['devices:read', 'devices:manage']);
  const only = { orgIds: [], siteIds: [stage.fixture.siteId], groupIds: [] };
  const limits = new Map([['devices:read' as const, { orgIds: [stage.fixture.orgId], only }]]);
  const client = await connect(
    signedIn({ ...whole, permissions: new Set(['devices:read']), scope: NOWHERE, limits }),
  );
  const everybody = await connect(signedIn({ ...whole, sessionId: newId<SessionId>() }));
  const ids = [here.deviceId, there.deviceId];
  for (const one of [client, everybody]) one.ask({ type: 'watch', watch: 'w', view: 'devices', ids });

  const { rows } = await client.next('devices');
  expect(rows.map((row) => row.id)).toEqual([here.deviceId]);
  client.ask({ type: 'watch', watch: 'one', view: 'device', deviceId: there.deviceId, live: true });
  expect(await client.next('error')).toMatchObject({ watch: 'one', code: 'not_found' });

  await everybody.next('devices');
  await stage.fixture.db.database.system('test', (tx) =>
    tx.execute(
      sql`update devices set site_id = ${elsewhere}, display_name = 'moved' where id = ${here.deviceId}`,
    ),
  );
  await stage.fixture.devices.facts.facts(here, create(FactsSchema, { hostname: 'moved', os: 'linux' }));
  await everybody.next('devices', ({ rows: changed }) => changed.some((row) => row.id === here.deviceId));
  await Bun.sleep(100);
  expect(client.messages.filter((message) => message.type === 'devices' && !message.snapshot)).toEqual([]);
});

test('SE-3: one-second samples and progress stop at once when the device leaves the site that is all I may see', async () => {
  const elsewhere = newId<SiteId>();
  const [device] = await someDevices(stage.fixture);
  if (!device) throw new Error('no device');
  stage.fixture.node.connect(device.deviceId);
  const whole = aPerson(stage.fixture.orgId);
  const { id: commandId } = await stage.fixture.commands.run(whole, {
    deviceId: device.deviceId,
    name: 'process.list',
    payload: {},
  });
  const here = {
    orgIds: [stage.fixture.orgId],
    only: { orgIds: [], siteIds: [stage.fixture.siteId], groupIds: [] },
  };
  const limits = new Map([
    ['devices:read' as const, here],
    ['commands:read' as const, here],
  ]);
  const client = await connect(
    signedIn({ ...whole, permissions: new Set(limits.keys()), scope: NOWHERE, limits }),
  );
  client.ask({ type: 'watch', watch: 'live', view: 'device', deviceId: device.deviceId, live: true });
  client.ask({ type: 'watch', watch: 'command', view: 'command', commandId });
  await client.next('command');
  stage.fixture.node.take(device.deviceId);

  await stage.fixture.db.database.system('test', async (tx) => {
    await tx.execute(
      sql`insert into sites (id, org_id, name) values (${elsewhere}, ${stage.fixture.orgId}, 'away')`,
    );
    await tx.execute(sql`update devices set site_id = ${elsewhere} where id = ${device.deviceId}`);
  });
  const refused = [await client.next('error'), await client.next('error')];

  expect(refused.map(({ watch, code }) => `${watch} ${code}`)).toEqual([
    'live not_found',
    'command not_found',
  ]);
  expect(stage.fixture.node.take(device.deviceId).map(({ body }) => body)).toMatchObject([
    { case: 'liveMode', value: { intervalMs: 0 } },
  ]);
  const metrics = create(MetricSetSchema, { metrics: [1], values: [420n] });
  stage.telemetry.port.sample(device, create(SampleSchema, { atMs: BigInt(Date.now()), metrics }));
  await Bun.sleep(100);
  expect(client.messages.filter((message) => message.type === 'samples')).toEqual([]);
});

test('SE-3: views are dropped when grants change, whichever process changed them', async () => {
  const person = signedIn();
  const client = await connect(person);
  client.ask({ type: 'watch', watch: 'w', view: 'devices', ids: [] });
  await client.next('devices');
  await Bun.sleep(300);

  people.set(person.sessionId, { ...person, permissions: new Set(['commands:read']) });
  await stage.fixture.db.database.system('another process', (tx) =>
    tx.execute(sql`update roles set description = 'other rights' where built_in = 'viewer'`),
  );
  const dropped = await client.next('error');

  expect(dropped).toMatchObject({ watch: 'w', code: 'forbidden' });
});
