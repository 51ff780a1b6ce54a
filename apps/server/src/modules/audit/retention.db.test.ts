import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { OrgId } from '@muster/contracts';
import { type ExportLine, readCheckpoint, verifyExport } from '@muster/contracts/audit';
import { sql } from 'drizzle-orm';
import { verifyEd25519 } from '../../platform/crypto/signatures.ts';
import { type TestDatabase, testDatabase } from '../../platform/db/testing.ts';
import { newId } from '../../platform/new-id.ts';
import { anAudit, anAuditKey } from '../../testing/audit-fixture.ts';
import { anOrganisation, aPerson, type Person, until } from '../../testing/ledger-fixture.ts';
import { readCheckpoints, storeCheckpoint, thinCheckpoints } from './db/checkpoints.ts';
import { createNoteSigner } from './domain/notes.ts';
import { sha256 } from './domain/to-row.ts';
import type { Audit } from './index.ts';
import { tidyLogs } from './tidy-logs.ts';
import { exportLogs } from './usecases/export-logs.ts';
import { listRows } from './usecases/list-rows.ts';
import { listCheckpoints } from './usecases/prove.ts';

const DAY_MS = 86_400_000;
const key = anAuditKey();
const signer = createNoteSigner('under-test', key);
let db: TestDatabase;
let audit: Audit;
let ada: Person;
let orgId: OrgId;

beforeAll(async () => {
  db = await testDatabase();
  ({ orgId } = await anOrganisation(db));
  ada = { ...aPerson(orgId), scope: { orgIds: [orgId], everywhere: true } };
  audit = anAudit(db.database, { key });
  audit.start();
});
afterAll(async () => {
  await audit.stop();
  await db.drop();
});

const deps = () => ({ database: db.database, audit, signer, now: () => new Date() });
const verifier = { sha256, verify: verifyEd25519 };

async function append(rows: number): Promise<void> {
  for (let i = 0; i < rows; i++) {
    await db.database.transaction(ada.scope, (tx) =>
      audit.append(tx, {
        ...{ by: ada, orgId, action: 'device.updated' },
        target: { kind: 'device', id: null, name: `device ${i}` },
      }),
    );
  }
  const open = sql`select count(*)::int as n from audit_trees where size > signed_size`;
  const waiting = sql`select count(*)::int as n from audit_outbox`;
  const read = (query: typeof open) =>
    db.database.system('test', async (tx) => (await tx.execute<{ n: number }>(query)).rows[0]?.n);
  await until(async () => (await read(waiting)) === 0 && (await read(open)) === 0);
}

async function noteNow(): Promise<string> {
  const { items } = await listCheckpoints(deps(), ada);
  return items.find(({ log }) => log === orgId)?.note ?? '';
}

/** What the clock of a later day lets go, month by month. */
async function tidyAt(days: number): Promise<void> {
  const now = () => new Date(Date.now() + days * DAY_MS);
  for (let month = 0; month < 3; month++) {
    await db.database.system('test', (tx) => tidyLogs(tx, { signer, now, retentionDays: 60 }));
  }
}

async function exported(since: readonly string[] = []): Promise<ExportLine[]> {
  const sizes = since.map((note) => readCheckpoint(note)?.size ?? 0);
  const input = { installationId: 'under-test', log: orgId, since: new Map([[orgId as string, sizes]]) };
  const lines: ExportLine[] = [];
  for await (const line of await exportLogs(deps(), ada, input)) lines.push(line);
  return lines;
}

const verified = (lines: readonly ExportLine[], earlier: readonly string[] = []) =>
  verifyExport(
    lines.map((line) => JSON.stringify(line)),
    { ...verifier, earlier },
  );

test('DT-4: retention drops whole months, and what is left is still proven, with a signed note of what is gone', async () => {
  await append(300);
  const early = await noteNow();
  await append(77);
  const late = await noteNow();

  await tidyAt(60);
  expect((await listRows(deps(), ada, { log: orgId, limit: 1 })).count?.value).toBe(377);
  await tidyAt(60 + 32);
  await append(5);

  const { items } = await listRows(deps(), ada, { log: orgId, limit: 50 });
  expect(items.map(({ index }) => index)).toEqual([381, 380, 379, 378, 377]);
  const lines = await exported([early, late]);
  const report = await verified(lines, [early, late]);
  expect(report.faults).toEqual([]);
  expect(report.logs).toMatchObject([{ rows: 5, prunedTo: 377, size: 382 }]);
  const pruned = await listRows(deps(), ada, { action: 'audit.pruned', limit: 5 });
  expect(pruned.items[0]?.content?.after).toMatchObject({ logs: [{ log: orgId, prunedTo: 377, rows: 377 }] });
});

test('DT-4: rows that were dropped by hand are not taken for pruned ones', async () => {
  await append(3);
  const lines = await exported();
  const note = lines.find((line) => line.type === 'pruned');
  if (!note) throw new Error('nothing was pruned');
  const first = lines.findIndex((line) => line.type === 'row');
  const claimed = lines
    .map((line) => (line === note ? { ...note, size: note.size + 1 } : line))
    .toSpliced(first, 1);
  expect((await verified(claimed)).faults[0]).toContain('is not signed');
  const silent = lines.filter((line) => line !== note);
  expect((await verified(silent)).faults[0]).toContain('row 0 (and all up to 376) is missing');
  const early = await exported();
  const without = await verified(early, [await noteNow()]);
  expect(without.faults).toEqual([]);
});

test('DT-4: the log is partitioned by month, ahead of time', async () => {
  const { rows } = await db.database.system('test', (tx) =>
    tx.execute<{ name: string }>(
      sql`select relname as name from pg_inherits join pg_class c on c.oid = inhrelid
          where inhparent = 'audit_log'::regclass order by relname`,
    ),
  );
  expect(rows.length).toBeGreaterThan(1);
  for (const { name } of rows) expect(name).toMatch(/^audit_log_\d{6}$/);
});

test('DT-4: of checkpoints older than a week the last of each hour stays', async () => {
  const before = new Date('2026-03-10T12:00:00Z');
  const signed = [
    '2025-01-01T10:10',
    '2026-03-10T09:05',
    '2026-03-10T09:25',
    '2026-03-10T09:55',
    '2026-03-10T10:01',
  ];
  const young = ['2026-03-10T12:10', '2026-03-10T12:20'];
  const another = newId<OrgId>();
  await db.database.system('test', async (tx) => {
    for (const [at, text] of [...signed, ...young].entries()) {
      const checkpoint = { orgId: another, size: at + 1, at: new Date(`${text}:00Z`), note: 'a note' };
      await storeCheckpoint(tx, checkpoint);
    }
    await thinCheckpoints(tx, before);
  });

  const left = await db.database.system('test', (tx) => readCheckpoints(tx, another, { from: 1, to: 99 }));
  expect(left.map(({ size }) => size)).toEqual([1, 4, 5, 6, 7]);
});
