import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { Command, ProcessSnapshot } from '@muster/contracts';
import {
  type CommandBody,
  CommandBodySchema,
  CommandEnvelopeSchema,
  CommandSignatureSchema,
  signedBytes,
} from '@muster/contracts/wire';
import type { SQL } from 'bun';
import {
  compileAgent,
  createFleet,
  LocalAgent,
  openDatabase,
  type RunningServer,
  type Stubborn,
  startServer,
  startStubborn,
  until,
} from '../src/index.ts';

/** Somebody writes into the database itself. No agent does what that person says, and the ledger tells so. */
setDefaultTimeout(240_000);

let folder: string;
let server: RunningServer;
let database: SQL;
let target: LocalAgent;
let other: LocalAgent;
let bystander: Stubborn;
let snapshot: ProcessSnapshot;
const fleet = createFleet(() => server);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-ledger-'));
  const [binary, started] = await Promise.all([compileAgent(folder), startServer()]);
  server = started;
  database = openDatabase(server.dataFolder);
  target = new LocalAgent(binary, join(folder, 'target'));
  other = new LocalAgent(binary, join(folder, 'other'));
  for (const agent of [target, other]) {
    await agent.enrol(server.url, await fleet.newToken());
    agent.start();
  }
  for (const agent of [target, other]) await fleet.presence(agent.deviceId, 'online');
  bystander = await startStubborn(folder, 'bystander');
  const { id } = await fleet.run(target.deviceId, 'process.list', {});
  snapshot = (await fleet.ended(id)).result as ProcessSnapshot;
});

afterAll(async () => {
  await bystander?.end();
  await database?.close();
  for (const agent of [target, other]) await agent?.end();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (agent: LocalAgent, name: 'process.list' | 'process.kill', payload: object, options = {}) =>
  fleet.run(agent.deviceId, name, payload, options);
/** A command that harms nobody and waits for a target that is away. */
async function aWaitingCommand(options = {}): Promise<Command> {
  await target.end();
  await fleet.presence(target.deviceId, 'offline');
  const command = await ask(target, 'process.list', {}, options);
  expect(command.state).toBe('queued');
  return command;
}
async function envelopeOf(id: string) {
  const [row] = await database`select envelope from commands where id = ${id}`;
  const envelope = fromBinary(CommandEnvelopeSchema, new Uint8Array(row.envelope));
  return { envelope, body: fromBinary(CommandBodySchema, envelope.body) };
}
async function write(id: string, envelope: Uint8Array): Promise<void> {
  await database`update commands set envelope = ${Buffer.from(envelope)} where id = ${id}`;
}
/** The body as it was signed, except that it now ends the bystander. */
function deadly(body: CommandBody): Uint8Array {
  const payload = new TextEncoder().encode(JSON.stringify(bystander.killPayload(snapshot, 1_000)));
  return toBinary(CommandBodySchema, { ...body, name: 'process.kill', version: 1, payload });
}
async function comesHome(id: string): Promise<Command> {
  target.start();
  return fleet.ended(id);
}
function expectNothingRan(): void {
  expect(bystander.isAlive()).toBe(true);
  expect(bystander.asked()).toBe(0);
}

test('RA-10: a changed command is refused and recorded as refused', async () => {
  const { id } = await aWaitingCommand();
  const { envelope, body } = await envelopeOf(id);
  await write(id, toBinary(CommandEnvelopeSchema, { ...envelope, body: deadly(body) }));

  const ended = await comesHome(id);

  expect(ended).toMatchObject({ state: 'refused', error: { code: 'signature' } });
  expectNothingRan();
});

test("RA-10: a command forged with a key of the attacker's own is refused, whatever key it claims", async () => {
  const { id } = await aWaitingCommand();
  const { envelope, body } = await envelopeOf(id);
  const forged = deadly(body);
  const { privateKey } = generateKeyPairSync('ed25519');
  const signature = new Uint8Array(sign(null, signedBytes('command', forged), privateKey));
  const signatures = envelope.signatures.map(({ keyId }) =>
    create(CommandSignatureSchema, { keyId, signature }),
  );
  await write(
    id,
    toBinary(CommandEnvelopeSchema, create(CommandEnvelopeSchema, { body: forged, signatures })),
  );

  const ended = await comesHome(id);

  expect(ended).toMatchObject({ state: 'refused', error: { code: 'signature' } });
  expectNothingRan();
});

test('RA-10: bytes that are no command at all are refused', async () => {
  const { id } = await aWaitingCommand();
  await write(id, crypto.getRandomValues(new Uint8Array(200)));

  const ended = await comesHome(id);

  expect(ended.state).toBe('refused');
  expect(['malformed', 'signature']).toContain(ended.error?.code ?? '');
});

test("RA-10: another device's command runs on neither when it is copied", async () => {
  const { id } = await aWaitingCommand();
  await other.end();
  await fleet.presence(other.deviceId, 'offline');
  const theirs = await ask(other, 'process.kill', bystander.killPayload(snapshot, 1_000));
  const { envelope } = await envelopeOf(theirs.id);
  await write(id, toBinary(CommandEnvelopeSchema, envelope));
  await server.api('POST', `/commands/${theirs.id}/cancel`);

  const ended = await comesHome(id);
  other.start();
  await fleet.presence(other.deviceId, 'online');

  expect(ended).toMatchObject({ state: 'refused', error: { code: 'wrong_device' } });
  expectNothingRan();
});

test('RA-10: an old command is not run again, neither in its own row nor in a new one', async () => {
  const once = await startStubborn(folder, 'once');
  const list = await fleet.ended((await ask(target, 'process.list', {})).id);
  const payload = once.killPayload(list.result as ProcessSnapshot, 30_000);
  const old = await ask(target, 'process.kill', payload);
  await until('it is asked to end', () => once.asked() === 1);
  await server.api('POST', `/commands/${old.id}/cancel`);
  await fleet.ended(old.id);
  const { envelope } = await envelopeOf(old.id);

  const { id } = await aWaitingCommand();
  await write(id, toBinary(CommandEnvelopeSchema, envelope));
  await database`update commands set state = 'queued', ended_at = null, sent_at = null, received_at = null,
    started_at = null, due_at = deliver_by where id = ${old.id}`;
  const copied = await comesHome(id);
  const again = await fleet.ended(old.id);

  expect(copied).toMatchObject({ state: 'refused', error: { code: 'wrong_command' } });
  expect(['cancelled', 'refused']).toContain(again.state);
  expect(once.isAlive()).toBe(true);
  expect(once.asked()).toBe(1);
  await once.end();
});

test('RA-8 RA-10: a deadline that is moved in the database does not bring an expired command back', async () => {
  await target.end();
  await fleet.presence(target.deviceId, 'offline');
  const payload = bystander.killPayload(snapshot, 1_000);
  const { id } = await ask(target, 'process.kill', payload, { deliverWithinMs: 2_000 });
  await database`update commands set deliver_by = now() + interval '1 hour', due_at = now() + interval '1 hour'
    where id = ${id}`;
  await Bun.sleep(2_500);

  const ended = await comesHome(id);

  expect(ended.state).toBe('expired');
  expectNothingRan();
});

test('RA-10: all the while an honest command runs', async () => {
  await fleet.presence(target.deviceId, 'online');
  const { id } = await ask(target, 'process.list', {});

  expect((await fleet.ended(id)).state).toBe('succeeded');
});
