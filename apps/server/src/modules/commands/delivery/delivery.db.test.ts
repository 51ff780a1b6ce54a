import { expect, test } from 'bun:test';
import type { CommandId } from '@muster/contracts';
import { type CommandDelivery, CommandState as Wire } from '@muster/contracts/wire';
import { sql } from 'drizzle-orm';
import {
  aDevice,
  anUpdate,
  cancelsAmong,
  commandsAmong,
  openEnvelope,
  until,
} from '../../../testing/ledger-fixture.ts';
import { LISTING, stageLedger } from '../testing/stage-ledger.ts';

const ledger = stageLedger();
const { list, stateOf, endsOf, aConnectedDevice } = ledger;

test('RA-8: commands for an offline device wait and arrive in order when it reconnects', async () => {
  const link = await aDevice(ledger.fixture);
  const commands = [await list(link), await list(link), await list(link)];
  expect(commands.map((command) => command.state)).toEqual(['queued', 'queued', 'queued']);

  ledger.node.connect(link.deviceId);
  ledger.commands.port.reachable(link);
  await until(async () => (await stateOf(commands[2]?.id as CommandId)) === 'sent');

  const bodies: ReturnType<typeof commandsAmong> = [];
  await until(() => bodies.push(...commandsAmong(ledger.node.take(link.deviceId))) >= 3);
  expect(bodies.map((body) => body.commandId)).toEqual(commands.map((command) => command.id));
  expect(bodies.map((body) => body.sequence)).toEqual([1n, 2n, 3n]);
  expect(bodies.map((body) => body.floor)).toEqual([1n, 1n, 1n]);
});

test('RA-8: a command that was sent and not confirmed is sent again at the next reconnect, once confirmed never', async () => {
  const link = await aConnectedDevice();
  const { id } = await list(link);
  ledger.node.disconnect(link.deviceId);

  ledger.node.connect(link.deviceId);
  ledger.commands.port.reachable(link);
  await until(() => commandsAmong(ledger.node.take(link.deviceId)).some((body) => body.commandId === id));
  await ledger.commands.port.update(link, anUpdate(id, Wire.RECEIVED));
  ledger.commands.port.reachable(link);
  await Bun.sleep(100);

  expect(commandsAmong(ledger.node.take(link.deviceId))).toEqual([]);
});

test('RA-8: a command whose deadline passes while it waits expires by itself, not before, and is never sent', async () => {
  const link = await aDevice(ledger.fixture);
  const { id, deliverBy } = await list(link, { deliverWithinMs: 1_000 });

  await until(async () => (await stateOf(id)) === 'expired');
  const lateMs = Date.now() - Date.parse(deliverBy);
  ledger.node.connect(link.deviceId);
  ledger.commands.port.reachable(link);
  await Bun.sleep(50);

  expect(lateMs).toBeGreaterThanOrEqual(0);
  expect(ledger.node.take(link.deviceId)).toEqual([]);
  await until(() => endsOf(id).length === 1);
  expect((await ledger.commands.get(ledger.ada, { commandId: id })).error?.code).toBe('not_delivered');
});

test('cancelling a sent command asks the device, again at each reconnect, and its word decides', async () => {
  const link = await aConnectedDevice();
  const { id } = await list(link);
  ledger.node.take(link.deviceId);

  const cancelling = await ledger.commands.cancel(ledger.ada, { commandId: id });
  const first = cancelsAmong(ledger.node.take(link.deviceId));
  ledger.commands.port.reachable(link);
  let again: string[] = [];
  await until(() => {
    again = cancelsAmong(ledger.node.take(link.deviceId));
    return again.length > 0;
  });
  await ledger.commands.port.update(link, anUpdate(id, Wire.RUNNING));
  const meanwhile = await stateOf(id);
  await ledger.commands.port.update(link, anUpdate(id, Wire.CANCELLED));

  expect(cancelling.state).toBe('cancelling');
  expect([first, again]).toEqual([[id], [id]]);
  expect(meanwhile).toBe('cancelling');
  expect(await stateOf(id)).toBe('cancelled');
});

test('HB-4: a beacon takes what waits, within its limit, with the cancels', async () => {
  const link = await aDevice(ledger.fixture);
  const commands = [await list(link), await list(link), await list(link)];

  const first = await ledger.commands.port.forBeacon(link, 2);
  await ledger.commands.cancel(ledger.ada, { commandId: commands[0]?.id as CommandId });
  const second = await ledger.commands.port.forBeacon(link, 10);

  const idsOf = (deliveries: CommandDelivery[]) =>
    deliveries.map(({ envelope }) => openEnvelope(envelope).body.commandId);
  expect(idsOf(first.deliveries)).toEqual([commands[0]?.id, commands[1]?.id] as string[]);
  expect(idsOf(second.deliveries)).toEqual([commands[1]?.id, commands[2]?.id] as string[]);
  expect(second.cancels).toEqual([commands[0]?.id as string]);
});

test('a socket that is gone at the moment of sending puts the command back into the queue', async () => {
  const link = await aConnectedDevice();
  const send = ledger.node.send;
  ledger.node.send = () => false;

  const { id } = await list(link);
  await until(async () => (await stateOf(id)) === 'queued');
  ledger.node.send = send;
  ledger.commands.port.reachable(link);
  await until(async () => (await stateOf(id)) === 'sent');

  expect(commandsAmong(ledger.node.take(link.deviceId)).map((body) => body.commandId)).toEqual([id]);
});

test('RA-8: a silent device that is connected ends a command as interrupted; one that is away is waited for, whether it confirmed the command or not', async () => {
  const [present, away] = [await aConnectedDevice(), await aConnectedDevice()];
  const [silent, kept, unconfirmed] = [await list(present), await list(away), await list(away)];
  await ledger.commands.port.update(present, anUpdate(silent.id, Wire.RUNNING));
  await ledger.commands.port.update(away, anUpdate(kept.id, Wire.RUNNING));
  ledger.node.disconnect(away.deviceId);

  await ledger.fixture.db.database.system('test', (tx) =>
    tx.execute(
      sql`update commands set due_at = now() where id in (${silent.id}, ${kept.id}, ${unconfirmed.id})`,
    ),
  );
  await list(present, { deliverWithinMs: 1_000 });
  const other = await aDevice(ledger.fixture);
  await list(other, { deliverWithinMs: 1_000 });
  await until(async () => (await stateOf(silent.id)) === 'interrupted');

  expect([await stateOf(kept.id), await stateOf(unconfirmed.id)]).toEqual(['running', 'sent']);
  for (const { id } of [kept, unconfirmed]) {
    await ledger.commands.port.update(away, anUpdate(id, Wire.SUCCEEDED, { payload: LISTING }));
    expect(await stateOf(id)).toBe('succeeded');
  }
});

test('RA-8: an end is kept whatever its words are cut in the middle of', async () => {
  const link = await aConnectedDevice();
  const { id } = await list(link);
  const words = { errorCode: `${'c'.repeat(99)}😀`, errorMessage: `a\0${'m'.repeat(1_997)}😀` };

  await ledger.commands.port.update(link, anUpdate(id, Wire.FAILED, words));

  const { state, error } = await ledger.commands.get(ledger.ada, { commandId: id });
  expect([state, error?.code.length, error?.message.length]).toEqual(['failed', 100, 2_000]);
});
