import { afterAll, beforeAll } from 'bun:test';
import type { OrgId } from '@muster/contracts';
import { type ExportLine, type VerifyOptions, verifyExport } from '@muster/contracts/audit';
import { sql } from 'drizzle-orm';
import type { AuditEntry } from '../../../platform/bus/audit-port.ts';
import { verifyEd25519 } from '../../../platform/crypto/signatures.ts';
import { type TestDatabase, testDatabase } from '../../../platform/db/testing.ts';
import { newId } from '../../../platform/new-id.ts';
import { anAudit, anAuditKey } from '../../../testing/audit-fixture.ts';
import { anOrganisation, aPerson, type Person, until } from '../../../testing/ledger-fixture.ts';
import { createNoteSigner } from '../domain/notes.ts';
import { sha256 } from '../domain/to-row.ts';
import type { Audit } from '../index.ts';
import { exportLogs } from '../usecases/export-logs.ts';
import { listCheckpoints } from '../usecases/prove.ts';

/** How an export is verified outside: with nothing of the server's. */
export const VERIFIER: VerifyOptions = { sha256, verify: verifyEd25519 };

/** The audit log of an organisation for the tests of the calling file, and an administrator who writes and reads it. */
export function stageAudit() {
  const key = anAuditKey();
  let db: TestDatabase;
  let audit: Audit;
  let ada: Person;
  let orgId: OrgId;
  let now = new Date();
  const another = () => anAudit(db.database, { key, now: () => now, retentionDays: 60 });
  beforeAll(async () => {
    db = await testDatabase();
    ({ orgId } = await anOrganisation(db));
    ada = { ...aPerson(orgId), scope: { orgIds: [orgId], everywhere: true } };
    audit = another();
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
  return {
    key,
    get db() {
      return db;
    },
    get audit() {
      return audit;
    },
    get ada() {
      return ada;
    },
    get orgId() {
      return orgId;
    },
    get now() {
      return now;
    },
    advance: (ms: number) => {
      now = new Date(now.getTime() + ms);
    },
    /** A second server's log over the same database. */
    another,
    /** Puts another server's log in the place of the one that has stopped. */
    restart: () => {
      audit = another();
      audit.start();
    },
    deps,
    anEntry,
    append: (part: Partial<AuditEntry> = {}) =>
      db.database.transaction(ada.scope, (tx) => audit.append(tx, anEntry(part))),
    settled: () => settled(db),
    signedSize: async (log: string = orgId): Promise<number> => {
      const { items } = await listCheckpoints(deps(), ada);
      return items.find((item) => item.log === log)?.size ?? 0;
    },
    exported: async (): Promise<ExportLine[]> => {
      const lines: ExportLine[] = [];
      const input = { installationId: 'under-test', log: orgId };
      for await (const line of await exportLogs(deps(), ada, input)) lines.push(line);
      return lines;
    },
  };
}

/** Waits until everything that is committed has its place under a checkpoint. */
async function settled(db: TestDatabase): Promise<void> {
  const count = sql`select (select count(*) from audit_outbox) + (select coalesce(sum(size - signed_size), 0) from audit_trees) as n`;
  const read = () => db.database.system('test', (tx) => tx.execute<{ n: string }>(count));
  await until(async () => Number((await read()).rows[0]?.n) === 0);
}

/** What a verifier says of the lines of an export. */
export function verified(lines: readonly ExportLine[], options: Partial<VerifyOptions> = {}) {
  return verifyExport(
    lines.map((line) => JSON.stringify(line)),
    { ...VERIFIER, ...options },
  );
}
