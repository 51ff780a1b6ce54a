import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { type TestDatabase, testDatabase } from '../db/testing.ts';
import { openTrust } from './open-trust.ts';
import { readStatement } from './statements.ts';
import { createTrustStore } from './trust-store.ts';

let postgres: TestDatabase;
let dataDir: string;
beforeAll(async () => {
  postgres = await testDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'muster-trust-store-'));
});
afterAll(async () => {
  await postgres.drop();
  await rm(dataDir, { recursive: true, force: true });
});

const open = (folder = dataDir) =>
  openTrust({ store: createTrustStore(postgres.database), dataDir: folder, now: () => new Date() });

test('trust made at the first start is what every later start opens from the database', async () => {
  const first = await open();
  const second = await open();

  expect(second.installationId).toBe(first.installationId);
  expect(second.deviceCa).toEqual(first.deviceCa);
  expect(second.gatewayTls).toEqual(first.gatewayTls);
  expect(second.keys).toEqual(first.keys);
  expect(await second.signer.signCommand(new Uint8Array([1]))).toEqual(
    await first.signer.signCommand(new Uint8Array([1])),
  );
});

test('signed gateway addresses are found again by the next start, the newest alone', async () => {
  const trust = await open();
  await trust.publishGateways(['a.example:8443']);
  await Bun.sleep(2);
  await trust.publishGateways(['b.example:8443', 'c.example:8443']);

  const lists = (await open()).keys
    .map((signed) => readStatement(trust.rootPublicKey, signed))
    .filter((statement) => statement?.purpose === 'gateways');

  expect(lists.map((statement) => statement?.gateways)).toEqual([['b.example:8443', 'c.example:8443']]);
});

test('the epoch rises and never falls', async () => {
  const trust = await open();

  expect(await trust.raiseEpoch(6)).toBe(7);
  const store = createTrustStore(postgres.database);
  expect((await store.advance({ epoch: 2, generation: 0 })).epoch).toBe(7);
  expect((await open()).signer.epoch).toBe(7);
});

test('a data folder without the key file does not open the keys of a database, and leaves no root key behind', async () => {
  await open();
  const other = await mkdtemp(join(tmpdir(), 'muster-trust-other-'));

  await expect(open(other)).rejects.toThrow('is missing. Put it back');

  expect(await Bun.file(join(other, 'root.key')).exists()).toBe(false);
  await rm(other, { recursive: true, force: true });
});

test("the application's role, which serves people, cannot read sealed keys", async () => {
  await open();

  const reading = postgres.database.installation((tx) => tx.execute(sql`select sealed from trust_materials`));

  await expect(reading).rejects.toThrow();
  const { rows } = await postgres.database.system('test', (tx) =>
    tx.execute<{ count: number }>(sql`select count(*)::int as count from trust_materials where sealed <> ''`),
  );
  expect(rows[0]?.count).toBe(7);
});
