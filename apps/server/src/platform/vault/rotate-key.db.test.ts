import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { until } from '../../testing/ledger-fixture.ts';
import { createSealer, createTrustStore, openTrust, readKeyFile } from '../crypto/index.ts';
import { type TestDatabase, testDatabase } from '../db/testing.ts';
import { openDataFolder } from '../process/data-folder.ts';
import { createVault } from './index.ts';

const ADMIN = join(import.meta.dir, '..', '..', 'admin.ts');
const SECRETS = 450;

let postgres: TestDatabase;
let client: pg.Client;
let dataDir: string;
beforeEach(async () => {
  postgres = await testDatabase();
  client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  dataDir = await mkdtemp(join(tmpdir(), 'muster-vault-'));
});
afterEach(async () => {
  await client.end();
  await postgres.drop();
  await rm(dataDir, { recursive: true, force: true });
});

const open = () => openTrust({ store: createTrustStore(postgres.database), dataDir, now: () => new Date() });
const keyFile = () => join(dataDir, 'keys', 'sealing.key');
const keys = async () => (await readKeyFile(keyFile())) ?? [];

function rotate() {
  return Bun.spawn({
    cmd: [process.execPath, ADMIN, 'rotate-key', '--data', dataDir],
    env: { ...process.env, MUSTER_DATABASE_URL: postgres.url },
    stdout: 'pipe',
    stderr: 'pipe',
  });
}

/** Secrets by id, sealed under the key of now. */
async function aFullVault(): Promise<Map<string, string>> {
  const vault = createVault(await open());
  return postgres.database.system('test', async (tx) => {
    const kept = new Map<string, string>();
    for (let at = 0; at < SECRETS; at++) kept.set(await vault.put(tx, `secret ${at}`), `secret ${at}`);
    return kept;
  });
}

async function readAll(ids: Iterable<string>): Promise<string[]> {
  const vault = createVault(await open());
  return postgres.database.system('test', async (tx) => {
    const read: string[] = [];
    for (const id of ids) read.push(await vault.read(tx, id));
    return read;
  });
}

/** How many rows `key` opens, of secrets and of the installation's own keys. */
async function openedBy(key: Uint8Array): Promise<number> {
  const sealer = createSealer(key);
  const { rows } = await client.query<{ purpose: string; sealed: Buffer }>(`
    select 'vault_secrets ' || id as purpose, sealed from vault_secrets
    union all select name, sealed from trust_materials where length(sealed) > 0`);
  return rows.filter(({ purpose, sealed }) => {
    try {
      return sealer.open(purpose, sealed).length > 0;
    } catch {
      return false;
    }
  }).length;
}

async function waitsForTheRow(): Promise<boolean> {
  const { rows } = await client.query(
    "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%vault_secrets%'",
  );
  return rows.length > 0;
}

const audited = async () =>
  (await client.query("select content from audit_outbox where action = 'vault.key_rotated'")).rows;

test('after the key was changed no row opens with the old one, and everything reads as before (SE-9)', async () => {
  const kept = await aFullVault();
  const [old] = await keys();
  const before = await open();

  const admin = rotate();

  expect(await admin.exited).toBe(0);
  const now = await keys();
  expect(now).toHaveLength(1);
  expect(await openedBy(old ?? new Uint8Array(32))).toBe(0);
  expect(await openedBy(now[0] ?? new Uint8Array(32))).toBeGreaterThan(SECRETS);
  expect(await readAll(kept.keys())).toEqual([...kept.values()]);
  expect((await open()).gatewayTls).toEqual(before.gatewayTls);
  expect(await audited()).toHaveLength(1);
  expect(await new Response(admin.stdout).text()).not.toContain(Buffer.from(now[0] ?? []).toString('base64'));
});

test('a change of the key that was killed in the middle loses nothing and is finished by the next (SE-9)', async () => {
  const kept = await aFullVault();
  const [old] = await keys();
  const holder = new pg.Client({ connectionString: postgres.url });
  await holder.connect();
  // The last batch waits for this row.
  await holder.query('begin');
  await holder.query('select from vault_secrets order by id desc limit 1 for update');
  const killed = rotate();
  await until(waitsForTheRow);

  killed.kill('SIGKILL');
  await killed.exited;
  await holder.end();

  const both = await keys();
  expect(both).toHaveLength(2);
  expect(both[1]).toEqual(old);
  const stale = await openedBy(old ?? new Uint8Array(32));
  expect(stale).toBeGreaterThan(0);
  expect(stale).toBeLessThan(SECRETS);
  expect(await readAll(kept.keys())).toEqual([...kept.values()]);

  const again = rotate();
  expect(await again.exited).toBe(0);
  expect(await new Response(again.stdout).text()).toContain('cut short');
  expect(await keys()).toEqual([both[0] ?? new Uint8Array(32)]);
  expect(await openedBy(old ?? new Uint8Array(32))).toBe(0);
  expect(await readAll(kept.keys())).toEqual([...kept.values()]);
}, 120_000);

test('beside a running server, with another key or without one, nothing is changed and one sentence says why (SE-9)', async () => {
  await aFullVault();
  const text = await Bun.file(keyFile()).text();

  const server = openDataFolder(dataDir);
  const beside = rotate();
  expect(await beside.exited).toBe(1);
  expect(await new Response(beside.stderr).text()).toMatch(
    /^muster: Another Muster server .* stop it[^\n]*\n$/,
  );
  server.release();
  expect(await Bun.file(keyFile()).text()).toBe(text);

  const foreign = `${Buffer.alloc(32, 7).toString('base64')}\n`;
  await Bun.write(keyFile(), foreign);
  const wrong = rotate();
  expect(await wrong.exited).toBe(1);
  expect(await new Response(wrong.stderr).text()).toMatch(/does not open with this key file\n$/);
  expect(await Bun.file(keyFile()).text()).toBe(foreign);

  await rm(keyFile());
  const without = rotate();
  expect(await without.exited).toBe(1);
  expect(await new Response(without.stderr).text()).toMatch(/^muster: There is no key file [^\n]*\n$/);

  await Bun.write(keyFile(), text);
  expect(await openedBy((await keys())[0] ?? new Uint8Array(32))).toBeGreaterThan(SECRETS);
}, 120_000);
