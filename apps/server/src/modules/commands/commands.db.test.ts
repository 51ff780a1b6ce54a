import { expect, test } from 'bun:test';
import { fromBinary } from '@bufbuild/protobuf';
import type { CommandId } from '@muster/contracts';
import { KeyStatementSchema, signedBytes, CommandState as Wire } from '@muster/contracts/wire';
import { sql } from 'drizzle-orm';
import { verifyEd25519 } from '../../platform/crypto/signatures.ts';
import {
  aDevice,
  anOrganisation,
  anUpdate,
  aPerson,
  commandsAmong,
  openEnvelope,
  until,
} from '../../testing/ledger-fixture.ts';
import { LISTING, stageLedger } from './testing/stage-ledger.ts';

const ledger = stageLedger();
const { list, stateOf, endsOf, aConnectedDevice } = ledger;

test('RA-2: processes are listed from click to result, and every clock of the row is set', async () => {
  const link = await aConnectedDevice();

  const { id } = await list(link);
  const [body] = commandsAmong(ledger.node.take(link.deviceId));
  await ledger.commands.port.update(link, anUpdate(id, Wire.RECEIVED));
  await ledger.commands.port.update(link, anUpdate(id, Wire.RUNNING));
  await ledger.commands.port.update(link, anUpdate(id, Wire.SUCCEEDED, { payload: LISTING }));

  expect(body).toMatchObject({ commandId: id, deviceId: link.deviceId, name: 'process.list', version: 1 });
  const command = await ledger.commands.get(ledger.ada, { commandId: id });
  expect(command).toMatchObject({ state: 'succeeded', result: LISTING, error: null });
  expect([command.sentAt, command.receivedAt, command.startedAt, command.endedAt]).not.toContain(null);
  await until(() => endsOf(id).length === 1);
  expect(endsOf(id)[0]).toMatchObject({
    orgId: ledger.fixture.orgId,
    payload: { state: 'succeeded', name: 'process.list' },
  });
});

test('RA-2: a process is killed, and killing needs a permission of its own', async () => {
  const link = await aConnectedDevice();
  const payload = { pid: 42, startToken: '1', bootId: 'b' };
  const reader = aPerson(ledger.fixture.orgId, ['processes:read', 'commands:read']);

  const denied = ledger.commands.run(reader, {
    deviceId: link.deviceId,
    name: 'process.kill',
    payload,
  });
  await expect(denied).rejects.toMatchObject({ code: 'forbidden', params: { permission: 'processes:kill' } });
  const { id } = await ledger.commands.run(ledger.ada, {
    deviceId: link.deviceId,
    name: 'process.kill',
    payload,
  });
  const result = { ended: true, forced: false, alreadyGone: false };
  await ledger.commands.port.update(link, anUpdate(id, Wire.SUCCEEDED, { payload: result }));

  const [body] = commandsAmong(ledger.node.take(link.deviceId));
  expect(JSON.parse(new TextDecoder().decode(body?.payload))).toEqual({ ...payload, graceMs: 5_000 });
  expect(await ledger.commands.get(ledger.ada, { commandId: id })).toMatchObject({
    state: 'succeeded',
    result,
  });
});

test('RA-10: a command is tied to who asked, why and in which organisation, and the row keeps the signed bytes', async () => {
  const link = await aConnectedDevice();

  const command = await list(link, { reason: 'slow since noon' });
  const [frame] = ledger.node.take(link.deviceId);
  const { rows } = await ledger.fixture.db.database.system('test', (tx) =>
    tx.execute<{ envelope: Buffer; org_id: string }>(
      sql`select envelope, org_id from commands where id = ${command.id}`,
    ),
  );

  expect(command).toMatchObject({
    requestedBy: { id: ledger.ada.userId, name: 'Ada' },
    reason: 'slow since noon',
  });
  expect(rows[0]?.org_id).toBe(ledger.fixture.orgId);
  const delivered = frame?.body.case === 'command' ? frame.body.value.envelope : new Uint8Array();
  expect(Buffer.compare(delivered, rows[0]?.envelope ?? Buffer.alloc(0))).toBe(0);
  const { envelope } = openEnvelope(delivered);
  const key = ledger.fixture.trust.keys
    .map((statement) => fromBinary(KeyStatementSchema, statement.body))
    .find((statement) => statement.purpose === 'command');
  const [signature] = envelope.signatures;
  expect(signature?.keyId ?? '').toBe(key?.keyId ?? 'none');
  expect(
    verifyEd25519(
      key?.publicKey ?? new Uint8Array(),
      signedBytes('command', envelope.body),
      signature?.signature ?? new Uint8Array(),
    ),
  ).toBe(true);
});

test('RA-8: cancelling a waiting command ends it at once; it is never sent and cannot be cancelled again', async () => {
  const link = await aDevice(ledger.fixture);
  const { id } = await list(link);

  const cancelled = await ledger.commands.cancel(ledger.ada, { commandId: id });
  ledger.node.connect(link.deviceId);
  ledger.commands.port.reachable(link);
  await Bun.sleep(50);

  expect(cancelled.state).toBe('cancelled');
  expect(ledger.node.take(link.deviceId)).toEqual([]);
  await expect(ledger.commands.cancel(ledger.ada, { commandId: id })).rejects.toMatchObject({
    code: 'conflict',
  });
  await until(() => endsOf(id).length === 1);
});

test('late and repeated updates change nothing, are acknowledged, and make no second event', async () => {
  const link = await aConnectedDevice();
  const { id } = await list(link);
  await ledger.commands.port.update(link, anUpdate(id, Wire.SUCCEEDED, { payload: LISTING }));
  const before = await ledger.commands.get(ledger.ada, { commandId: id });

  await Promise.all([
    ledger.commands.port.update(link, anUpdate(id, Wire.SUCCEEDED, { payload: LISTING })),
    ledger.commands.port.update(link, anUpdate(id, Wire.RECEIVED)),
    ledger.commands.port.update(link, anUpdate(id, Wire.FAILED, { errorCode: 'late' })),
    ledger.commands.port.update(link, anUpdate(crypto.randomUUID(), Wire.RUNNING)),
  ]);
  await Bun.sleep(100);

  expect(await ledger.commands.get(ledger.ada, { commandId: id })).toEqual(before);
  expect(endsOf(id)).toHaveLength(1);
});

test("an update of another device's command is refused and changes nothing, also beside good ones", async () => {
  const link = await aConnectedDevice();
  const stranger = await aConnectedDevice();
  const { id } = await list(link);
  const own = await list(stranger);

  const [forged, good] = await Promise.allSettled([
    ledger.commands.port.update(stranger, anUpdate(id, Wire.SUCCEEDED, { payload: LISTING })),
    ledger.commands.port.update(stranger, anUpdate(own.id, Wire.SUCCEEDED, { payload: LISTING })),
  ]);

  expect(forged).toMatchObject({ status: 'rejected', reason: { code: 'forbidden' } });
  expect(good.status).toBe('fulfilled');
  expect(await stateOf(id)).toBe('sent');
  expect(await stateOf(own.id)).toBe('succeeded');
});

test('a result that the catalogue does not promise, or that is too large, fails the command and says why', async () => {
  const link = await aConnectedDevice();
  const [odd, huge, torn] = [await list(link), await list(link), await list(link)];
  const notJson = anUpdate(torn.id, Wire.SUCCEEDED);
  notJson.payload = new Uint8Array([0xff, 0x7b]);

  await ledger.commands.port.update(
    link,
    anUpdate(odd.id, Wire.SUCCEEDED, { payload: { processes: 'all' } }),
  );
  const padded = { ...LISTING, bootId: 'x'.repeat(600 * 1024) };
  await ledger.commands.port.update(link, anUpdate(huge.id, Wire.SUCCEEDED, { payload: padded }));
  await ledger.commands.port.update(link, notJson);

  const codes = await Promise.all(
    [odd, huge, torn].map(
      async ({ id }) => (await ledger.commands.get(ledger.ada, { commandId: id })).error?.code,
    ),
  );
  expect(codes).toEqual(['invalid_result', 'result_too_large', 'invalid_result']);
});

test('text that PostgreSQL cannot hold harms neither its command nor the others of the batch', async () => {
  const link = await aConnectedDevice();
  const [one, two] = [await list(link), await list(link)];
  const name = 'a\0b\ud800';
  const processes = [
    {
      ...{ pid: 1, parentPid: 0, startToken: '1', name, command: name, user: null, state: 'S' },
      ...{ cpuPercent: null, memoryBytes: 1, threads: null, startedAt: null },
    },
  ];

  await Promise.all([
    ledger.commands.port.update(
      link,
      anUpdate(one.id, Wire.SUCCEEDED, { payload: { ...LISTING, processes } }),
    ),
    ledger.commands.port.update(
      link,
      anUpdate(two.id, Wire.FAILED, { errorCode: 'x\0', errorMessage: name }),
    ),
  ]);

  const stored = (await ledger.commands.get(ledger.ada, { commandId: one.id })).result as {
    processes: { name: string }[];
  };
  expect(stored.processes[0]?.name).toBe('a\ufffdb\ufffd');
  expect(await stateOf(two.id)).toBe('failed');
});

test('the floor rises to the lowest command that is still open', async () => {
  const link = await aConnectedDevice();
  const first = await list(link);
  await list(link);
  await ledger.commands.port.update(link, anUpdate(first.id, Wire.SUCCEEDED, { payload: LISTING }));

  await list(link);

  const bodies = commandsAmong(ledger.node.take(link.deviceId));
  expect(bodies.map(({ sequence, floor }) => [sequence, floor])).toEqual([
    [1n, 1n],
    [2n, 1n],
    [3n, 2n],
  ]);
});

test('commands asked for at the same moment get sequences of their own and a floor that excludes none of them', async () => {
  const link = await aConnectedDevice();

  await Promise.all(Array.from({ length: 20 }, () => list(link)));

  const bodies: ReturnType<typeof commandsAmong> = [];
  await until(() => bodies.push(...commandsAmong(ledger.node.take(link.deviceId))) >= 20);
  expect(bodies.map((body) => Number(body.sequence)).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
  expect(new Set(bodies.map((body) => body.floor))).toEqual(new Set([1n]));
});

test('RA-7: only an active device takes commands, and only within its organisation', async () => {
  const pending = await aDevice(ledger.fixture, { lifecycle: 'pending' });
  const elsewhere = await anOrganisation(ledger.fixture.db);
  const foreign = await aDevice(ledger.fixture, elsewhere);

  await expect(list(pending)).rejects.toMatchObject({ code: 'conflict' });
  await expect(list(foreign)).rejects.toMatchObject({ code: 'not_found' });
  const theirs = await ledger.commands.run(aPerson(elsewhere.orgId), {
    deviceId: foreign.deviceId,
    name: 'process.list',
    payload: {},
  });
  await expect(ledger.commands.get(ledger.ada, { commandId: theirs.id })).rejects.toMatchObject({
    code: 'not_found',
  });
  await expect(ledger.commands.cancel(ledger.ada, { commandId: theirs.id })).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('RA-7: the list pages newest first by keyset and filters by device, state and name', async () => {
  const link = await aDevice(ledger.fixture);
  const made = [];
  for (let n = 0; n < 7; n++) made.push((await list(link)).id);
  await ledger.commands.cancel(ledger.ada, { commandId: made[0] as CommandId });

  const first = await ledger.commands.list(ledger.ada, { deviceId: link.deviceId, limit: 3 });
  const second = await ledger.commands.list(ledger.ada, {
    deviceId: link.deviceId,
    limit: 3,
    cursor: first.next ?? '',
  });
  const third = await ledger.commands.list(ledger.ada, {
    deviceId: link.deviceId,
    limit: 3,
    cursor: second.next ?? '',
  });
  const cancelled = await ledger.commands.list(ledger.ada, {
    deviceId: link.deviceId,
    state: 'cancelled',
    limit: 3,
  });

  expect([...first.items, ...second.items, ...third.items].map((command) => command.id)).toEqual(
    made.toReversed(),
  );
  expect(first.count).toEqual({ value: 7, exact: true });
  expect(third.next).toBeNull();
  expect(cancelled.items.map((command) => command.id)).toEqual([made[0] as CommandId]);
  await expect(ledger.commands.list(ledger.ada, { limit: 3, cursor: 'x' })).rejects.toMatchObject({
    code: 'invalid_input',
  });
});

test('a payload that the catalogue refuses is refused before anything is written', async () => {
  const link = await aDevice(ledger.fixture);
  const kill = (payload: { pid: number; startToken: string; bootId: string }) =>
    ledger.commands.run(ledger.ada, { deviceId: link.deviceId, name: 'process.kill', payload });

  await expect(kill({ pid: -1, startToken: '', bootId: '' })).rejects.toMatchObject({
    code: 'invalid_input',
  });

  expect((await ledger.commands.list(ledger.ada, { deviceId: link.deviceId, limit: 5 })).items).toEqual([]);
});
