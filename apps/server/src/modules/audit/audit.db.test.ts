import { afterAll, beforeAll, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiKeyId, OrgId, SiteId } from '@muster/contracts';
import {
  type ExportLine,
  fromBase64,
  isConsistent,
  isSignedBy,
  leafHash,
  readCheckpoint,
  readVerifierKey,
  rootFromInclusion,
  SYSTEM_LOG,
  type VerifyOptions,
  verifyExport,
} from '@muster/contracts/audit';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import type { AuditEntry } from '../../platform/bus/audit-port.ts';
import { ed25519PublicKey, verifyEd25519 } from '../../platform/crypto/signatures.ts';
import { type TestDatabase, testDatabase } from '../../platform/db/testing.ts';
import { newId } from '../../platform/new-id.ts';
import { storableText } from '../../platform/storable-text.ts';
import { anAudit, anAuditKey } from '../../testing/audit-fixture.ts';
import { anOrganisation, aPerson, type Person, until } from '../../testing/ledger-fixture.ts';
import { createNoteSigner } from './domain/notes.ts';
import { sha256 } from './domain/to-row.ts';
import type { Audit } from './index.ts';
import { eraseRow } from './usecases/erase-row.ts';
import { exportLogs } from './usecases/export-logs.ts';
import { getRow, listRows } from './usecases/list-rows.ts';
import { listCheckpoints, proveConsistency, proveInclusion } from './usecases/prove.ts';

let db: TestDatabase;
let audit: Audit;
let ada: Person;
let orgId: OrgId;
let now = new Date();
const key = anAuditKey();
const verifier: VerifyOptions = { sha256, verify: verifyEd25519 };

beforeAll(async () => {
  db = await testDatabase();
  ({ orgId } = await anOrganisation(db));
  ada = { ...aPerson(orgId), scope: { orgIds: [orgId], everywhere: true } };
  audit = anAudit(db.database, { key, now: () => now, retentionDays: 60 });
  audit.start();
});
afterAll(async () => {
  await audit.stop();
  await db.drop();
});

const deps = () => ({
  ...{ database: db.database, audit, now: () => now },
  signer: createNoteSigner('under-test', key),
});

const anEntry = (part: Partial<AuditEntry> = {}): AuditEntry => ({
  by: ada,
  orgId,
  action: 'device.updated',
  target: { kind: 'device', id: newId<string>(), name: 'db-03' },
  before: { displayName: null },
  after: { displayName: 'Database 3' },
  ...part,
});

const append = (part: Partial<AuditEntry> = {}) =>
  db.database.transaction(ada.scope, (tx) => audit.append(tx, anEntry(part)));

/** Waits until everything that is committed has its place under a checkpoint. */
async function settled(): Promise<void> {
  const count = sql`select (select count(*) from audit_outbox) + (select sum(size - signed_size) from audit_trees) as n`;
  const read = () => db.database.system('test', (tx) => tx.execute<{ n: string }>(count));
  await until(async () => Number((await read()).rows[0]?.n) === 0);
}

async function signedSize(log: string = orgId): Promise<number> {
  const { items } = await listCheckpoints(deps(), ada);
  return items.find((item) => item.log === log)?.size ?? 0;
}

async function exported(since?: ReadonlyMap<string, readonly number[]>): Promise<ExportLine[]> {
  const lines: ExportLine[] = [];
  const input = { installationId: 'under-test', log: orgId, ...(since ? { since } : {}) };
  for await (const line of await exportLogs(deps(), ada, input)) lines.push(line);
  return lines;
}

const verified = (lines: readonly ExportLine[], options: Partial<VerifyOptions> = {}) =>
  verifyExport(
    lines.map((line) => JSON.stringify(line)),
    { ...verifier, ...options },
  );
const rowsOf = (lines: readonly ExportLine[]) => lines.filter((line) => line.type === 'row');

test('SE-8: a row is in the log with who, what, target, before, after and address, and can be proven', async () => {
  const target = { kind: 'device', id: newId<string>(), name: 'db-03' };
  await append({ target });
  let row = (await listRows(deps(), ada, { target: target.id, limit: 10 })).items[0];
  let proof: Awaited<ReturnType<typeof proveInclusion>> | undefined;
  while (!proof) {
    row ??= (await listRows(deps(), ada, { target: target.id, limit: 10 })).items[0];
    proof =
      row && (await proveInclusion(deps(), ada, { log: orgId, index: row.index }).catch(() => undefined));
    await Bun.sleep(10);
  }

  expect(row?.content).toMatchObject({
    log: orgId,
    who: { kind: 'person', id: ada.userId, name: 'Ada', via: { kind: 'session', id: ada.sessionId } },
    action: 'device.updated',
    target,
    before: { displayName: null },
    after: { displayName: 'Database 3' },
    address: '127.0.0.1',
    success: true,
  });
  const alone = await getRow(deps(), ada, { log: orgId, index: row?.index ?? -1 });
  expect(alone).toEqual(row as typeof alone);
  const checkpoint = readCheckpoint(proof.checkpoint);
  const leaf = leafHash(sha256, fromBase64(row?.hash ?? '') ?? new Uint8Array());
  const hashes = proof.proof.map((hash) => fromBase64(hash) as Uint8Array);
  const root = rootFromInclusion(
    sha256,
    { leaf, index: row?.index ?? 0, size: checkpoint?.size ?? 0 },
    hashes,
  );
  expect(root).toEqual(checkpoint?.root);
});

test('a row is there exactly when the change that it tells of is', async () => {
  const target = { kind: 'device', id: newId<string>(), name: 'rolled back' };
  const failing = db.database.transaction(ada.scope, async (tx) => {
    await audit.append(tx, anEntry({ target }));
    throw new Error('the change failed');
  });
  await expect(failing).rejects.toThrow('the change failed');
  await append();
  await settled();
  expect((await listRows(deps(), ada, { target: target.id, limit: 1 })).items).toEqual([]);
});

test('SE-8: 24 writers at once leave a log without gaps, and every checkpoint continues those before', async () => {
  const other = await anOrganisation(db);
  await settled();
  const begin = await signedSize();
  const writers = Array.from({ length: 24 }, async (_, writer) => {
    for (let i = 0; i < 25; i++) {
      if (writer % 3 === 0) {
        await db.database.transaction({ orgIds: [other.orgId] }, (tx) =>
          audit.append(tx, anEntry({ orgId: other.orgId })),
        );
      } else await append();
    }
  });
  await Promise.all(writers);
  await settled();

  const lines = await exported();
  const report = await verified(lines);
  expect(report.faults).toEqual([]);
  expect(report.logs).toMatchObject([{ log: orgId, rows: begin + 400, size: begin + 400 }]);
  const notes = lines.flatMap((line) => (line.type === 'checkpoint' ? [line.note] : []));
  const heads = notes.map((note) => readCheckpoint(note) as NonNullable<ReturnType<typeof readCheckpoint>>);
  const newest = heads.at(-1);
  for (const head of heads) {
    const given = await proveConsistency(deps(), ada, { log: orgId, size: head.size });
    const proof = given.proof.map((hash) => fromBase64(hash) as Uint8Array);
    expect(newest && isConsistent(sha256, head, newest, proof)).toBe(true);
  }
  expect((await verified(lines, { earlier: notes })).faults).toEqual([]);
}, 30_000);

test('two servers on one database give each row one place, and one takes over from the other', async () => {
  const other = anAudit(db.database, { key, now: () => now, retentionDays: 60 });
  other.start();
  const begin = await signedSize();
  const both = Array.from({ length: 60 }, (_, i) =>
    db.database.transaction(ada.scope, (tx) => (i % 2 === 0 ? audit : other).append(tx, anEntry())),
  );
  await Promise.all(both);
  await audit.stop();
  await append();
  await settled();
  await other.stop();
  audit = anAudit(db.database, { key, now: () => now, retentionDays: 60 });
  audit.start();
  expect(await signedSize()).toBe(begin + 61);
  expect((await verified(await exported())).faults).toEqual([]);
}, 30_000);

test('SE-8: openssl verifies a checkpoint with nothing but the public key', async () => {
  await append();
  await settled();
  const { key: line, items } = await listCheckpoints(deps(), ada);
  const note = items.find((item) => item.log === orgId)?.note ?? '';
  const cut = note.indexOf('\n\n') + 1;
  const signature = fromBase64(note.trimEnd().split(' ').at(-1) ?? '')?.slice(4) ?? new Uint8Array();
  const publicKey = readVerifierKey(sha256, line)?.publicKey ?? new Uint8Array();

  const folder = mkdtempSync(join(tmpdir(), 'muster-audit-'));
  const file = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const pem = file('key.pem', ed25519PublicKey(publicKey).export({ type: 'spki', format: 'pem' }).toString());
  const verify = (text: string) =>
    spawnSync('openssl', [
      ...['pkeyutl', '-verify', '-pubin', '-inkey', pem, '-rawin'],
      ...['-in', file('text', text), '-sigfile', file('signature', signature)],
    ]).status;
  const signed = note.slice(0, cut);
  expect(verify(signed)).toBe(0);
  expect(verify(signed.replace(/\n(\d+)\n/, '\n1$1\n'))).not.toBe(0);
  rmSync(folder, { recursive: true });
  const noteKey = readVerifierKey(sha256, line);
  expect(noteKey && isSignedBy(note, noteKey, verifier)).toBe(true);
});

test('SE-8: offline, a row that was changed, dropped or reordered is found and named', async () => {
  for (let i = 0; i < 5; i++) await append();
  await settled();
  const lines = await exported();
  const rows = rowsOf(lines);
  const [victim, next] = rows.slice(2);
  if (!victim || !next) throw new Error('too few rows');
  const replaced = (change: (line: ExportLine) => ExportLine[]) => verified(lines.flatMap(change));

  expect((await verified(lines)).faults).toEqual([]);
  const changed = { ...victim, content: victim.content?.replace('Database', 'Datebase') ?? null };
  expect((await replaced((line) => [line === victim ? changed : line])).faults).toEqual([
    `log ${orgId}: row 2 was changed`,
  ]);
  const rehashed = { ...changed, ...hashOf(changed) };
  expect((await replaced((line) => [line === victim ? rehashed : line])).faults[0]).toContain('are not the');
  expect((await replaced((line) => (line === victim ? [] : [line]))).faults[0]).toContain('row 2 is missing');
  const renumbered = lines
    .filter((line) => line !== victim)
    .map((line) => (line.type === 'row' && line.index > 2 ? { ...line, index: line.index - 1 } : line));
  expect((await verified(renumbered)).faults.length).toBeGreaterThan(0);
  const swapped = (line: ExportLine) =>
    line === victim ? [{ ...next, index: 2 }] : line === next ? [{ ...victim, index: 3 }] : [line];
  expect((await replaced(swapped)).faults.length).toBeGreaterThan(0);
  const erased = { ...victim, salt: null, content: null };
  const report = await replaced((line) => [line === victim ? erased : line]);
  expect([report.faults, report.logs[0]?.erased]).toEqual([[], 1]);
});

function hashOf(row: { salt: string | null; content: string | null }): { hash: string } {
  const salt = Buffer.from(row.salt ?? '', 'base64');
  return {
    hash: Buffer.from(sha256(Buffer.concat([salt, Buffer.from(row.content ?? '')]))).toString('base64'),
  };
}

test('SE-8: a tail that was cut is found, with its checkpoint by the export, without it by an earlier one', async () => {
  await append();
  await settled();
  const lines = await exported();
  const last = rowsOf(lines).at(-1);
  const cut = lines.filter((line) => line !== last);
  expect((await verified(cut)).faults.at(-1)).toContain('the tail was cut');
  expect((await verified(lines.slice(0, -1))).faults).toContain(
    'the export was cut: its last line is missing',
  );

  // Everything after an older checkpoint is gone, the older checkpoint is real: only one kept elsewhere tells.
  const earlier = lines.flatMap((line) => (line.type === 'checkpoint' ? [line.note] : []));
  const older = readCheckpoint(earlier.at(-2) ?? '')?.size ?? 0;
  const rewound = lines.flatMap((line): ExportLine[] => {
    if (line.type === 'log') return [{ ...line, size: older }];
    if (line.type === 'row' && line.index >= older) return [];
    if (line.type === 'checkpoint' && (readCheckpoint(line.note)?.size ?? 0) > older) return [];
    return [line];
  });
  expect((await verified(rewound)).faults).toEqual([]);
  const told = (await verified(rewound, { earlier: [earlier.at(-1) ?? ''] })).faults;
  expect(told[0]).toContain(`the export ends at ${older}`);
});

test('a log signed by another key is refused by the key that was noted before', async () => {
  const lines = await exported();
  const { key: own } = await listCheckpoints(deps(), ada);
  expect((await verified(lines, { key: own })).faults).toEqual([]);
  const { publicKey } = anAuditKey();
  const other = { ...deps(), signer: createNoteSigner('under-test', { publicKey, sign: key.sign }) };
  const { key: strange } = await listCheckpoints(other, ada);
  expect((await verified(lines, { key: strange })).faults[0]).toContain('another key');
});

test('SE-2: nobody reads the log of an organisation that is not theirs, nor that of the system by a grant in one organisation', async () => {
  const elsewhere = await anOrganisation(db);
  await append({ orgId: null, action: 'user.login' });
  await until(async () => (await signedSize(SYSTEM_LOG)) > 0);
  const eve = aPerson(elsewhere.orgId, ['audit:read', 'audit:export']);

  expect((await listRows(deps(), eve, { limit: 10 })).items).toEqual([]);
  expect((await listRows(deps(), eve, { log: orgId, limit: 10 })).items).toEqual([]);
  expect((await listCheckpoints(deps(), eve)).items).toEqual([]);
  const proof = proveInclusion(deps(), eve, { log: orgId, index: 0 });
  await expect(proof).rejects.toMatchObject({ code: 'not_found' });
  const row = getRow(deps(), eve, { log: orgId, index: 0 });
  await expect(row).rejects.toMatchObject({ code: 'not_found' });
  const [tenant, site] = [aPerson(orgId), newId<SiteId>()];
  const logsOf = async (person: Person) => {
    const { items } = await listRows(deps(), person, { limit: 500 });
    return [...new Set(items.map(({ log }) => log))];
  };
  expect(await logsOf(tenant)).toEqual([orgId]);
  const only = { orgIds: [], siteIds: [site], groupIds: [] };
  expect(await logsOf({ ...tenant, scope: { orgIds: [orgId], only } })).toEqual([]);
  const reader = aPerson(orgId, []);
  await expect(listRows(deps(), reader, { limit: 1 })).rejects.toMatchObject({ code: 'forbidden' });
});

test('SE-8: what came with an API key names the key behind its person', async () => {
  const id = newId<ApiKeyId>();
  const target = { kind: 'device', id: newId<string>(), name: 'db-03' };
  await append({ by: { ...ada, key: { id, name: 'deploys' } }, target });
  await settled();
  const [row] = (await listRows(deps(), ada, { target: target.id, limit: 1 })).items;
  expect(row?.content?.who).toMatchObject({ kind: 'person', id: ada.userId, via: { kind: 'api_key', id } });
});

test('the application’s role can add to the log, and can neither change nor drop a row of it', async () => {
  const client = new pg.Client({ connectionString: db.url });
  await client.connect();
  for (const role of ['muster_app', 'muster_system']) {
    await client.query(`set role ${role}`);
    for (const statement of [
      'update audit_log set content = null',
      'delete from audit_log',
      'truncate audit_log',
    ]) {
      await expect(client.query(statement)).rejects.toThrow('permission denied');
    }
    await client.query('reset role');
  }
  await client.end();
});

test('refusals are counted: the first of a minute at once, its repeats in one row', async () => {
  const denial = {
    ...{ by: ada, orgId, address: '198.51.100.9' },
    action: 'access.denied',
    code: 'forbidden',
    target: { kind: 'endpoint', id: 'GET /api/v1/devices', name: null },
  } as const;
  for (let i = 0; i < 40; i++) audit.denied(denial);
  const find = () => listRows(deps(), ada, { action: 'access.denied', success: false, limit: 10 });
  await until(async () => (await find()).items.length === 1);
  now = new Date(now.getTime() + 60_000);
  audit.denied({ ...denial, address: '198.51.100.10' });
  await until(async () => (await find()).items.length === 3);
  const counts = (await find()).items.map(({ content }) => [content?.address, content?.count]);
  expect(counts.toSorted()).toEqual([
    ['198.51.100.10', 1],
    ['198.51.100.9', 1],
    ['198.51.100.9', 39],
  ]);
});

test('the log is searched by who, action, target and time, page by page', async () => {
  const grace = { ...aPerson(orgId), name: 'Grace' };
  const target = { kind: 'device', id: newId<string>(), name: 'paged' };
  for (let i = 0; i < 7; i++) await append({ by: grace, target });
  const all = () =>
    listRows(deps(), ada, { who: 'Grace', action: 'device.updated', target: 'paged', limit: 50 });
  await until(async () => (await all()).items.length === 7);
  const first = await listRows(deps(), ada, { who: grace.userId, limit: 4 });
  const second = await listRows(deps(), ada, { who: grace.userId, limit: 4, cursor: first.next ?? '' });
  expect([...first.items, ...second.items]).toEqual((await all()).items);
  expect([first.count, second.next]).toEqual([{ value: 7, exact: true }, null]);
  const from = new Date(now.getTime() + 1).toISOString();
  expect((await listRows(deps(), ada, { who: 'Grace', from, limit: 4 })).items).toEqual([]);
});

test('a name that no database holds is logged as it is, and found by what can be asked for', async () => {
  const target = { kind: 'device', id: newId<string>(), name: `db\0\ud83d${'n'.repeat(250)}😀` };
  await append({ target });
  await settled();

  const { items } = await listRows(deps(), ada, { target: storableText(target.name, 254), limit: 10 });

  expect(items.map(({ content }) => content?.target)).toEqual([target]);
});

test('SE-8: an erased row is found by nothing, the log verifies as before, and who erased it and why stays', async () => {
  const target = { kind: 'device', id: newId<string>(), name: 'of a person' };
  const reader: Person = { ...ada, permissions: new Set(['audit:read']) };
  await append({ target });
  await settled();
  const before = await exported();
  const [row] = (await listRows(deps(), ada, { target: target.id, limit: 1 })).items;
  const place = { log: orgId, index: row?.index ?? -1 };

  await expect(eraseRow(deps(), reader, { ...place, reason: 'asked' })).rejects.toMatchObject({
    code: 'forbidden',
  });
  const erased = await eraseRow(deps(), ada, { ...place, reason: 'asked' });
  await eraseRow(deps(), ada, { ...place, reason: 'again' });
  await settled();

  expect(erased).toEqual({ ...place, hash: row?.hash ?? '', content: null });
  for (const text of [target.id, target.name])
    expect((await listRows(deps(), ada, { target: text, limit: 1 })).items).toEqual([]);
  const after = await exported();
  expect(JSON.stringify(after)).not.toContain(target.id);
  const earlier = before.flatMap((line) => (line.type === 'checkpoint' ? [line.note] : []));
  const report = await verified(after, { earlier });
  expect([report.faults, report.logs[0]?.erased]).toEqual([[], 1]);
  const told = (await listRows(deps(), ada, { action: 'audit.row_erased', limit: 5 })).items;
  expect(told.map(({ content }) => content?.after)).toEqual([{ hash: row?.hash, reason: 'asked' }]);
  const own = { log: orgId, index: told[0]?.index ?? -1, reason: 'cover it up' };
  await expect(eraseRow(deps(), ada, own)).rejects.toMatchObject({ code: 'conflict' });
});

test('SE-8: whoever may read every log reads that of the system too, without seeing the system', async () => {
  await append({ orgId: null, action: 'user.login' });
  await until(async () => (await signedSize(SYSTEM_LOG)) > 0);
  const auditor: Person = { ...ada, permissions: new Set(['audit:read']) };
  const { items } = await listRows(deps(), auditor, { log: SYSTEM_LOG, limit: 1 });
  expect(items[0]?.log).toBe(SYSTEM_LOG);
});
