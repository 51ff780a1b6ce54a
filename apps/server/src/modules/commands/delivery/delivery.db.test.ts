import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import type { CommandId } from '@muster/contracts';
import { type CommandDelivery, CommandState as Wire } from '@muster/contracts/wire';
import { sql } from 'drizzle-orm';
import type { DeviceLink } from '../../../platform/gateway/ports.ts';
import {
  aDevice,
  anUpdate,
  aPerson,
  cancelsAmong,
  commandsAmong,
  type LedgerFixture,
  ledgerFixture,
  openEnvelope,
  type Person,
  until,
} from '../../../testing/ledger-fixture.ts';
import type { SequencedEvent } from '../../events/index.ts';

let fixture: LedgerFixture;
let ada: Person;
const ended: SequencedEvent[] = [];

beforeAll(async () => {
  fixture = await ledgerFixture();
  ada = aPerson(fixture.orgId);
  fixture.events.feed.subscribe('test', ['command.ended'], (events) => void ended.push(...events));
});
afterEach(() => expect(fixture.errors.splice(0)).toEqual([]));
afterAll(() => fixture.close());

const LISTING = { takenAt: '2026-01-01T00:00:00.000Z', bootId: 'b', processes: [] };

const list = (link: DeviceLink, more: { deliverWithinMs?: number; reason?: string } = {}) =>
  fixture.commands.run(ada, { deviceId: link.deviceId, name: 'process.list', payload: {}, ...more });
const stateOf = async (commandId: CommandId) => (await fixture.commands.get(ada, { commandId })).state;
const endsOf = (commandId: CommandId) => ended.filter((event) => event.subjectId === commandId);

async function aConnectedDevice(): Promise<DeviceLink> {
  const link = await aDevice(fixture);
  fixture.node.connect(link.deviceId);
  return link;
}

test('RA-8: commands for an offline device wait and arrive in order when it reconnects', async () => {
  const link = await aDevice(fixture);
  const commands = [await list(link), await list(link), await list(link)];
  expect(commands.map((command) => command.state)).toEqual(['queued', 'queued', 'queued']);

  fixture.node.connect(link.deviceId);
  fixture.commands.port.reachable(link);
  await until(async () => (await stateOf(commands[2]?.id as CommandId)) === 'sent');

  await Bun.sleep(20);
  const bodies = commandsAmong(fixture.node.take(link.deviceId));
  expect(bodies.map((body) => body.commandId)).toEqual(commands.map((command) => command.id));
  expect(bodies.map((body) => body.sequence)).toEqual([1n, 2n, 3n]);
  expect(bodies.map((body) => body.floor)).toEqual([1n, 1n, 1n]);
});

test('RA-8: a command that was sent and not confirmed is sent again at the next reconnect, once confirmed never', async () => {
  const link = await aConnectedDevice();
  const { id } = await list(link);
  fixture.node.disconnect(link.deviceId);

  fixture.node.connect(link.deviceId);
  fixture.commands.port.reachable(link);
  await until(() => commandsAmong(fixture.node.take(link.deviceId)).some((body) => body.commandId === id));
  await fixture.commands.port.update(link, anUpdate(id, Wire.RECEIVED));
  fixture.commands.port.reachable(link);
  await Bun.sleep(100);

  expect(commandsAmong(fixture.node.take(link.deviceId))).toEqual([]);
});

test('RA-8: a command whose deadline passes while it waits expires by itself, not before, and is never sent', async () => {
  const link = await aDevice(fixture);
  const { id, deliverBy } = await list(link, { deliverWithinMs: 1_000 });

  await until(async () => (await stateOf(id)) === 'expired');
  const lateMs = Date.now() - Date.parse(deliverBy);
  fixture.node.connect(link.deviceId);
  fixture.commands.port.reachable(link);
  await Bun.sleep(50);

  expect(lateMs).toBeGreaterThanOrEqual(0);
  expect(fixture.node.take(link.deviceId)).toEqual([]);
  await until(() => endsOf(id).length === 1);
  expect((await fixture.commands.get(ada, { commandId: id })).error?.code).toBe('not_delivered');
});

test('cancelling a sent command asks the device, again at each reconnect, and its word decides', async () => {
  const link = await aConnectedDevice();
  const { id } = await list(link);
  fixture.node.take(link.deviceId);

  const cancelling = await fixture.commands.cancel(ada, { commandId: id });
  const first = cancelsAmong(fixture.node.take(link.deviceId));
  fixture.commands.port.reachable(link);
  let again: string[] = [];
  await until(() => {
    again = cancelsAmong(fixture.node.take(link.deviceId));
    return again.length > 0;
  });
  await fixture.commands.port.update(link, anUpdate(id, Wire.RUNNING));
  const meanwhile = await stateOf(id);
  await fixture.commands.port.update(link, anUpdate(id, Wire.CANCELLED));

  expect(cancelling.state).toBe('cancelling');
  expect([first, again]).toEqual([[id], [id]]);
  expect(meanwhile).toBe('cancelling');
  expect(await stateOf(id)).toBe('cancelled');
});

test('HB-4: a beacon takes what waits, within its limit, with the cancels', async () => {
  const link = await aDevice(fixture);
  const commands = [await list(link), await list(link), await list(link)];

  const first = await fixture.commands.port.forBeacon(link, 2);
  await fixture.commands.cancel(ada, { commandId: commands[0]?.id as CommandId });
  const second = await fixture.commands.port.forBeacon(link, 10);

  const idsOf = (deliveries: CommandDelivery[]) =>
    deliveries.map(({ envelope }) => openEnvelope(envelope).body.commandId);
  expect(idsOf(first.deliveries)).toEqual([commands[0]?.id, commands[1]?.id] as string[]);
  expect(idsOf(second.deliveries)).toEqual([commands[1]?.id, commands[2]?.id] as string[]);
  expect(second.cancels).toEqual([commands[0]?.id as string]);
});

test('a socket that is gone at the moment of sending puts the command back into the queue', async () => {
  const link = await aConnectedDevice();
  const send = fixture.node.send;
  fixture.node.send = () => false;

  const { id } = await list(link);
  await until(async () => (await stateOf(id)) === 'queued');
  fixture.node.send = send;
  fixture.commands.port.reachable(link);
  await until(async () => (await stateOf(id)) === 'sent');

  expect(commandsAmong(fixture.node.take(link.deviceId)).map((body) => body.commandId)).toEqual([id]);
});

test('RA-8: a silent device that is connected ends a command as interrupted; one that is away is waited for, whether it confirmed the command or not', async () => {
  const [present, away] = [await aConnectedDevice(), await aConnectedDevice()];
  const [silent, kept, unconfirmed] = [await list(present), await list(away), await list(away)];
  await fixture.commands.port.update(present, anUpdate(silent.id, Wire.RUNNING));
  await fixture.commands.port.update(away, anUpdate(kept.id, Wire.RUNNING));
  fixture.node.disconnect(away.deviceId);

  await fixture.db.database.system('test', (tx) =>
    tx.execute(
      sql`update commands set due_at = now() where id in (${silent.id}, ${kept.id}, ${unconfirmed.id})`,
    ),
  );
  await list(present, { deliverWithinMs: 1_000 });
  const other = await aDevice(fixture);
  await list(other, { deliverWithinMs: 1_000 });
  await until(async () => (await stateOf(silent.id)) === 'interrupted');

  expect([await stateOf(kept.id), await stateOf(unconfirmed.id)]).toEqual(['running', 'sent']);
  for (const { id } of [kept, unconfirmed]) {
    await fixture.commands.port.update(away, anUpdate(id, Wire.SUCCEEDED, { payload: LISTING }));
    expect(await stateOf(id)).toBe('succeeded');
  }
});
