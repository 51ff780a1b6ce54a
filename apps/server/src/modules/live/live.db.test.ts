import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { create } from '@bufbuild/protobuf';
import {
  type DeviceId,
  LIVE_PATH,
  LIVE_SUBPROTOCOL,
  LIVE_TICKET_PREFIX,
  LiveMessage,
  type LiveRequest,
  type SessionId,
  type SiteId,
} from '@muster/contracts';
import { FactsSchema, MetricSetSchema, SampleSchema, CommandState as Wire } from '@muster/contracts/wire';
import { sql } from 'drizzle-orm';
import { NOWHERE } from '../../platform/actor.ts';
import { systemClock } from '../../platform/clock/index.ts';
import type { Listeners, Person } from '../../platform/http/index.ts';
import { createConsoleHandler, createIdempotency, createListeners } from '../../platform/http/index.ts';
import { createLog } from '../../platform/log/index.ts';
import { createMetrics } from '../../platform/metrics/index.ts';
import { newId } from '../../platform/new-id.ts';
import { anAudit } from '../../testing/audit-fixture.ts';
import {
  aDevice,
  anOrganisation,
  anUpdate,
  aPerson,
  type LedgerFixture,
  ledgerFixture,
  someDevices,
  until,
} from '../../testing/ledger-fixture.ts';
import { createTelemetry, type Telemetry } from '../telemetry/index.ts';
import { createLive, type Live } from './index.ts';

let fixture: LedgerFixture;
let telemetry: Telemetry;
let live: Live;
let listeners: Listeners;
let port: number;
/** Whose sessions are alive; what the sign-in module answers. */
const people = new Map<SessionId, Person>();
const clients: Client[] = [];
/** The queries that were counted, one for each time. */
const counted: string[] = [];

beforeAll(async () => {
  fixture = await ledgerFixture();
  const { db, devices, commands, events, errors } = fixture;
  const log = createLog('silent');
  telemetry = createTelemetry({
    database: db.database,
    node: fixture.node,
    log,
    now: Date.now,
    mustExist: async () => undefined,
  });
  await telemetry.start();
  live = createLive({
    database: db.database,
    clock: systemClock,
    version: '0.0.0',
    devices: {
      ...devices,
      summary: (tx, scope, query) => {
        counted.push(query);
        return devices.summary(tx, scope, query);
      },
    },
    telemetry,
    commands,
    feed: events.feed,
    currentPeople: async (ids) => new Map([...people].filter(([id]) => ids.includes(id))),
    onError: (error, part) => errors.push(`${part}: ${error}`),
  });
  live.start();
  listeners = createListeners(
    createConsoleHandler({
      api: async () => undefined,
      rawRoutes: [live.route],
      staticFiles: async () => undefined,
      authenticate: async () => undefined,
      idempotency: createIdempotency(db.database),
      denied: anAudit(db.database).denied,
      log,
      metrics: createMetrics('0.0.0'),
    }),
  );
  port = listeners.add('127.0.0.1', 0).port;
});
afterEach(() => {
  for (const client of clients.splice(0)) client.socket.close();
  expect(fixture.errors.splice(0)).toEqual([]);
});
afterAll(async () => {
  await live.stop();
  await listeners.stop();
  await telemetry.stop();
  await fixture.close();
});

type Client = {
  readonly socket: WebSocket;
  readonly messages: LiveMessage[];
  closeCode: number | undefined;
  ask(request: LiveRequest): void;
  /** Waits for a message of the watch that fits. */
  next<Type extends LiveMessage['type']>(
    type: Type,
    fits?: (message: Extract<LiveMessage, { type: Type }>) => boolean,
  ): Promise<Extract<LiveMessage, { type: Type }>>;
};

function signedIn(person = aPerson(fixture.orgId)): Person {
  people.set(person.sessionId, person);
  return person;
}

function open(protocols: string[], headers: Record<string, string> = {}): WebSocket {
  return new WebSocket(`ws://127.0.0.1:${port}${LIVE_PATH}`, { protocols, headers } as unknown as string[]);
}

async function connect(person = signedIn(), headers?: Record<string, string>): Promise<Client> {
  const { ticket } = live.ticket(person);
  const socket = open([LIVE_SUBPROTOCOL, LIVE_TICKET_PREFIX + ticket], headers);
  const messages: LiveMessage[] = [];
  const client: Client = {
    socket,
    messages,
    closeCode: undefined,
    ask: (request) => socket.send(JSON.stringify(request)),
    next: async (type, fits = () => true) => {
      type Wanted = Extract<LiveMessage, { type: typeof type }>;
      const find = () => messages.findIndex((message) => message.type === type && fits(message as Wanted));
      await until(() => find() >= 0);
      return messages.splice(find(), 1)[0] as Wanted;
    },
  };
  socket.onmessage = (event) => void messages.push(LiveMessage.parse(JSON.parse(String(event.data))));
  socket.onclose = (event) => {
    client.closeCode = event.code;
  };
  clients.push(client);
  await client.next('hello');
  return client;
}

/** Why a socket did not open: whether it ever did, after it closed. */
async function isLetIn(protocols: string[], headers?: Record<string, string>): Promise<boolean> {
  const socket = open(protocols, headers);
  let opened = false;
  let closed = false;
  socket.onopen = () => {
    opened = true;
    socket.close();
  };
  socket.onclose = () => {
    closed = true;
  };
  await until(() => closed);
  return opened;
}

test('the socket opens with a fresh ticket, once, and only for pages of this origin', async () => {
  const person = signedIn();
  const used = LIVE_TICKET_PREFIX + live.ticket(person).ticket;
  const ticket = () => LIVE_TICKET_PREFIX + live.ticket(person).ticket;

  expect(await isLetIn([LIVE_SUBPROTOCOL, used])).toBe(true);
  expect(await isLetIn([LIVE_SUBPROTOCOL, used])).toBe(false);
  expect(await isLetIn([LIVE_SUBPROTOCOL, `${LIVE_TICKET_PREFIX}guess`])).toBe(false);
  expect(await isLetIn([LIVE_SUBPROTOCOL])).toBe(false);
  expect(await isLetIn([LIVE_SUBPROTOCOL, ticket()], { origin: 'https://evil.example' })).toBe(false);
  expect(await isLetIn([LIVE_SUBPROTOCOL, ticket()], { origin: `http://127.0.0.1:${port}` })).toBe(true);
  people.delete(person.sessionId);
  expect(await isLetIn([LIVE_SUBPROTOCOL, ticket()])).toBe(false);
});

test('the server answers with the subprotocol alone, never with the ticket', async () => {
  const client = await connect();

  expect(client.socket.protocol).toBe(LIVE_SUBPROTOCOL);
});

test('UI-10: rows on the screen change as soon as presence does: snapshot first, then only what changed', async () => {
  const client = await connect();
  const link = await aDevice(fixture);
  const other = await aDevice(fixture);
  client.ask({ type: 'watch', watch: 'w', view: 'devices', ids: [link.deviceId, other.deviceId] });
  const snapshot = await client.next('devices');

  fixture.devices.presence.port.opened(link);
  fixture.devices.presence.port.telemetry(link);
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
  const link = await aDevice(fixture);
  client.ask({ type: 'watch', watch: 'w', view: 'devices', ids: [link.deviceId] });
  await client.next('devices');

  const facts = create(FactsSchema, { hostname: 'renamed', os: 'linux', arch: 'amd64', osName: 'Debian' });
  await fixture.devices.facts.facts(link, facts);
  const delta = await client.next('devices', (message) =>
    message.rows.some((row) => row.hostname === 'renamed'),
  );

  expect(delta.rows[0]).toMatchObject({ id: link.deviceId, osName: 'Debian' });
});

test('devices of other organisations are in no view, whoever names them', async () => {
  const elsewhere = await anOrganisation(fixture.db);
  const foreign = await aDevice(fixture, elsewhere);
  const client = await connect();

  client.ask({ type: 'watch', watch: 'rows', view: 'devices', ids: [foreign.deviceId] });
  client.ask({ type: 'watch', watch: 'one', view: 'device', deviceId: foreign.deviceId, live: true });
  const snapshot = await client.next('devices', (message) => message.watch === 'rows');
  const refused = await client.next('error');
  fixture.devices.presence.port.opened(foreign);
  await Bun.sleep(400);

  expect(snapshot.rows).toEqual([]);
  expect(refused).toMatchObject({ watch: 'one', code: 'not_found' });
  expect(client.messages).toEqual([]);
});

test('a view needs its permission', async () => {
  const client = await connect(signedIn(aPerson(fixture.orgId, ['commands:read'])));

  client.ask({ type: 'watch', watch: 'w', view: 'devices', ids: [] });

  expect(await client.next('error')).toMatchObject({ watch: 'w', code: 'forbidden' });
});

test('UI-10: a device that is looked at live sends each second, until the last one looks away', async () => {
  const link = await aDevice(fixture);
  fixture.node.connect(link.deviceId);
  const client = await connect();
  client.ask({ type: 'watch', watch: 'd', view: 'device', deviceId: link.deviceId, live: true });
  await client.next('devices');
  await until(() => fixture.node.take(link.deviceId).some((frame) => frame.body.case === 'liveMode'));

  const metrics = create(MetricSetSchema, { metrics: [1], values: [420n] });
  telemetry.port.sample(link, create(SampleSchema, { atMs: BigInt(Date.now()), metrics }));
  const { samples } = await client.next('samples');
  client.ask({ type: 'unwatch', watch: 'd' });
  await until(() =>
    fixture.node
      .take(link.deviceId)
      .some(({ body }) => body.case === 'liveMode' && body.value.intervalMs === 0),
  );

  expect(Object.values(samples[0]?.values ?? {})).toHaveLength(1);
});

test('RA-2: whoever watches a command sees its states and its progress; progress of a stranger is refused', async () => {
  const person = signedIn();
  const [link, stranger] = [await aDevice(fixture), await aDevice(fixture)];
  fixture.node.connect(link.deviceId);
  const client = await connect(person);
  const payload = { watch: { durationMs: 60_000, intervalMs: 1_000 } };
  const { id } = await fixture.commands.run(person, {
    deviceId: link.deviceId,
    name: 'process.list',
    payload,
  });
  client.ask({ type: 'watch', watch: 'c', view: 'command', commandId: id });
  const snapshot = await client.next('command');

  const listing = { takenAt: '2026-01-01T00:00:00.000Z', bootId: 'b', processes: [] };
  const { port: gateway } = fixture.commands;
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
  const own = await anOrganisation(fixture.db);
  const links = await someDevices(fixture, { ...own, count: 5 });
  const client = await connect(signedIn(aPerson(own.orgId)));
  client.ask({ type: 'watch', watch: 's', view: 'summary', query: '' });
  const first = await client.next('summary');

  for (const link of links) {
    fixture.devices.presence.port.opened(link);
    fixture.devices.presence.port.telemetry(link);
    await Bun.sleep(100);
  }
  await client.next('summary', ({ presence }) => presence.online === 5);

  expect(first).toMatchObject({ total: 5, exact: true, presence: { unknown: 5 } });
  expect(client.messages.filter((message) => message.type === 'summary').length).toBeLessThan(3);
});

test('UI-10: a summary says how many devices entered or left its query, also when the total stays', async () => {
  const own = await anOrganisation(fixture.db);
  const [one, two] = await someDevices(fixture, { ...own, count: 2 });
  if (!one || !two) throw new Error('no devices');
  const { port: presence } = fixture.devices.presence;
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
  const [own, other] = [await anOrganisation(fixture.db), await anOrganisation(fixture.db)];
  const [near] = await someDevices(fixture, { ...own, count: 1 });
  const [far] = await someDevices(fixture, { ...other, count: 1 });
  if (!near || !far) throw new Error('no devices');
  const client = await connect(signedIn(aPerson(own.orgId)));
  client.ask({ type: 'watch', watch: 's', view: 'summary', query: 'lifecycle = active' });
  await client.next('summary');
  const countedSoFar = () => counted.filter((query) => query === 'lifecycle = active').length;
  await Bun.sleep(200);
  const before = countedSoFar();

  fixture.devices.presence.port.opened(far);
  fixture.devices.presence.port.telemetry(far);
  await Bun.sleep(1_500);
  expect(countedSoFar()).toBe(before);

  fixture.devices.presence.port.opened(near);
  fixture.devices.presence.port.telemetry(near);
  await client.next('summary', ({ presence }) => presence.online === 1);
});

test('a query that is none is answered with its error', async () => {
  const client = await connect();

  client.ask({ type: 'watch', watch: 's', view: 'summary', query: 'os:' });

  expect(await client.next('error')).toMatchObject({ watch: 's', code: 'invalid_input' });
});

test('EN-14: a device that enrols lights up where arrivals are watched, and nowhere else', async () => {
  const client = await connect();
  const elsewhere = await anOrganisation(fixture.db);
  const outsider = await connect(signedIn(aPerson(elsewhere.orgId)));
  for (const one of [client, outsider]) one.ask({ type: 'watch', watch: 'a', view: 'arrivals' });
  await Bun.sleep(100);

  const deviceId = await enrol('new-machine');
  const { device } = await client.next('arrival');

  expect(device).toMatchObject({ id: deviceId, hostname: 'new-machine' });
  expect(outsider.messages).toEqual([]);
});

test('views are dropped when the rights of their person change, and the socket when the session ends', async () => {
  const person = signedIn();
  const client = await connect(person);
  const link = await aDevice(fixture);
  client.ask({ type: 'watch', watch: 'w', view: 'devices', ids: [link.deviceId] });
  await client.next('devices');

  people.set(person.sessionId, { ...person, permissions: new Set(['commands:read']) });
  const dropped = await client.next('error');
  fixture.devices.presence.port.opened(link);
  await Bun.sleep(400);
  const heardAfterwards = client.messages.length;
  live.dropSession(person.sessionId);
  await until(() => client.closeCode !== undefined);

  expect(dropped).toMatchObject({ watch: 'w', code: 'forbidden' });
  expect(heardAfterwards).toBe(0);
  expect(client.closeCode).toBe(4001);
}, 15_000);

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

async function enrol(hostname: string): Promise<DeviceId> {
  const { orgId, siteId, events, devices, db } = fixture;
  const registered = await db.database.system('test', (tx) =>
    devices.register(tx, {
      by: 'token',
      tokenId: crypto.randomUUID() as never,
      publicKey: crypto.getRandomValues(new Uint8Array(91)),
      facts: create(FactsSchema, { hostname, os: 'linux', arch: 'amd64' }),
      agentVersion: '0.1.0',
      tags: {},
      needsApproval: false,
      orgId,
      siteId,
    }),
  );
  events.committed();
  return registered.deviceId;
}

test('SE-3: a view of one site shows its devices alone, and falls silent about one that moves away', async () => {
  const elsewhere = newId<SiteId>();
  await fixture.db.database.system('test', (tx) =>
    tx.execute(
      sql`insert into sites (id, org_id, name) values (${elsewhere}, ${fixture.orgId}, 'elsewhere')`,
    ),
  );
  const [here] = await someDevices(fixture);
  const [there] = await someDevices(fixture, { siteId: elsewhere });
  if (!here || !there) throw new Error('no devices');
  const whole = aPerson(fixture.orgId, ['devices:read', 'devices:manage']);
  const only = { orgIds: [], siteIds: [fixture.siteId], groupIds: [] };
  const limits = new Map([['devices:read' as const, { orgIds: [fixture.orgId], only }]]);
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
  await fixture.db.database.system('test', (tx) =>
    tx.execute(
      sql`update devices set site_id = ${elsewhere}, display_name = 'moved' where id = ${here.deviceId}`,
    ),
  );
  await fixture.devices.facts.facts(here, create(FactsSchema, { hostname: 'moved', os: 'linux' }));
  await everybody.next('devices', ({ rows: changed }) => changed.some((row) => row.id === here.deviceId));
  await Bun.sleep(100);
  expect(client.messages.filter((message) => message.type === 'devices' && !message.snapshot)).toEqual([]);
});

test('SE-3: one-second samples and progress stop at once when the device leaves the site that is all I may see', async () => {
  const elsewhere = newId<SiteId>();
  const [device] = await someDevices(fixture);
  if (!device) throw new Error('no device');
  fixture.node.connect(device.deviceId);
  const whole = aPerson(fixture.orgId);
  const { id: commandId } = await fixture.commands.run(whole, {
    deviceId: device.deviceId,
    name: 'process.list',
    payload: {},
  });
  const here = { orgIds: [fixture.orgId], only: { orgIds: [], siteIds: [fixture.siteId], groupIds: [] } };
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
  fixture.node.take(device.deviceId);

  await fixture.db.database.system('test', async (tx) => {
    await tx.execute(
      sql`insert into sites (id, org_id, name) values (${elsewhere}, ${fixture.orgId}, 'away')`,
    );
    await tx.execute(sql`update devices set site_id = ${elsewhere} where id = ${device.deviceId}`);
  });
  const refused = [await client.next('error'), await client.next('error')];

  expect(refused.map(({ watch, code }) => `${watch} ${code}`)).toEqual([
    'live not_found',
    'command not_found',
  ]);
  expect(fixture.node.take(device.deviceId).map(({ body }) => body)).toMatchObject([
    { case: 'liveMode', value: { intervalMs: 0 } },
  ]);
  const metrics = create(MetricSetSchema, { metrics: [1], values: [420n] });
  telemetry.port.sample(device, create(SampleSchema, { atMs: BigInt(Date.now()), metrics }));
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
  await fixture.db.database.system('another process', (tx) =>
    tx.execute(sql`update roles set description = 'other rights' where built_in = 'viewer'`),
  );
  const dropped = await client.next('error');

  expect(dropped).toMatchObject({ watch: 'w', code: 'forbidden' });
});

test('UI-10: rows that are opened again after a cut bring what changed meanwhile, and nothing else', async () => {
  const person = signedIn();
  const [still, changed] = [await aDevice(fixture), await aDevice(fixture)];
  const ids = [still.deviceId, changed.deviceId];
  const view = { type: 'watch', watch: 'w', view: 'devices', ids } as const;
  const client = await connect(person);
  client.ask(view);
  const { position } = await client.next('devices');

  client.socket.close();
  await until(() => client.closeCode !== undefined);
  fixture.devices.presence.port.opened(changed);
  fixture.devices.presence.port.telemetry(changed);
  await Bun.sleep(300);
  const back = await connect(person);
  back.ask({ ...view, after: position });
  const missed = await back.next('devices');
  back.ask({ ...view, after: missed.position });
  const nothing = await back.next('devices');
  back.ask({ ...view, after: 'elsewhere-1' });
  const anew = await back.next('devices', ({ snapshot }) => snapshot);

  expect(missed).toMatchObject({ snapshot: false, rows: [{ id: changed.deviceId, presence: 'online' }] });
  expect(missed.rows).toHaveLength(1);
  expect(nothing).toMatchObject({ snapshot: false, rows: [] });
  expect(anew.rows.map((row) => row.id).sort()).toEqual([...ids].sort());
});

test('UI-10: samples and arrivals that came while the socket was cut are told when it is back', async () => {
  const person = signedIn();
  const link = await aDevice(fixture);
  const metrics = create(MetricSetSchema, { metrics: [1], values: [420n] });
  const start = Date.now();
  const sample = (atMs: number) =>
    telemetry.port.sample(link, create(SampleSchema, { atMs: BigInt(atMs), metrics }));
  sample(start - 20_000);
  const client = await connect(person);
  client.socket.close();

  const from = fixture.events.feed.position().toString();
  const deviceId = await enrol('came-meanwhile');
  for (const agoMs of [10_000, 5_000]) sample(start - agoMs);
  const back = await connect(person);
  const { deviceId: watched } = link;
  const samplesAfter = start - 20_000;
  back.ask({ type: 'watch', watch: 'd', view: 'device', deviceId: watched, live: true, samplesAfter });
  const { samples } = await back.next('samples');
  await until(() => fixture.events.feed.position() > BigInt(from));
  back.ask({ type: 'watch', watch: 'a', view: 'arrivals', after: from });
  const { device } = await back.next('arrival');

  expect(samples.map(({ at }) => start - at)).toEqual([10_000, 5_000]);
  expect(device).toMatchObject({ id: deviceId, hostname: 'came-meanwhile' });
});
