import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { OrgId } from '@muster/contracts';
import {
  contentHash,
  createFrontier,
  type ExportLine,
  leafHash,
  SYSTEM_LOG,
  toBase64,
  writeVerifierKey,
} from '@muster/contracts/audit';
import { createNoteSigner } from '../../../apps/server/src/modules/audit/domain/notes.ts';
import { SYSTEM_ORG } from '../../../apps/server/src/modules/audit/domain/to-row.ts';
import type { Audit } from '../../../apps/server/src/modules/audit/index.ts';
import { createDatabase, type Database } from '../../../apps/server/src/platform/db/index.ts';
import { testDatabase } from '../../../apps/server/src/platform/db/testing.ts';
import { anAudit, anAuditKey } from '../../../apps/server/src/testing/audit-fixture.ts';
import { endsWith } from '../ending.ts';
import { makeFolder } from '../make-folder.ts';
import { percentile } from '../measure/percentile.ts';
import type { Report } from '../measure/report.ts';

/*
 * What the audit log costs: 24 writers, each at its own pace, change a row of their own by turns with and without an
 * audit row (the same transactions beside each other, so that the machine is the same for both); meanwhile single rows
 * are watched from commit to signed checkpoint. Then the command line verifies an export of a million rows.
 */

const WRITERS = 24;
const PACE_MS = 150;
const CLI = join(import.meta.dir, '..', '..', '..', 'apps', 'cli', 'src', 'main.ts');

type Bench = { readonly database: Database; readonly audit: Audit; readonly orgIds: readonly OrgId[] };

/** See the head of this file. */
export async function audit(
  report: Report,
  { samples, rows }: { samples: number; rows: number },
): Promise<void> {
  report.context({ writers: WRITERS, paceMs: PACE_MS, changes: samples, rows, fsync: 'off' });
  await withLog(async (bench) => {
    await write(bench, WRITERS * 4);
    const watching = watchProofs(bench, samples / 20);
    const { plain, audited } = await write(bench, samples);
    const proven = await watching;
    report.tell('a change without audit row p95', percentile(plain, 0.95), 'ms');
    report.percentileBelow('a change with audit row p95', audited, percentile(audited, 0.95), 20);
    report.below(
      'what the audit row adds, p95',
      percentile(audited, 0.95) - percentile(plain, 0.95),
      'ms',
      1,
    );
    report.tell('commit to signed checkpoint p50', percentile(proven, 0.5), 'ms');
    report.below('commit to signed checkpoint, worst', Math.max(...proven), 'ms', 1_000);
  });
  await verifyFile(report, rows);
}

async function withLog(work: (bench: Bench) => Promise<void>): Promise<void> {
  const fixture = await testDatabase();
  const connections = { people: WRITERS, agents: 4, ingest: 1 };
  const database = createDatabase({ url: fixture.url, onError: () => undefined, connections });
  const log = anAudit(database);
  const end = endsWith(async () => {
    await log.stop();
    await database.close();
    await fixture.drop();
  });
  log.start();
  const orgIds = await database.system('bench', async (tx) => {
    const { rows } = await tx.execute<{ org_id: OrgId }>(`
      insert into organisations (id, name) select uuidv7(), 'writer ' || n from generate_series(1, ${WRITERS}) n
      returning id as org_id`);
    return rows.map((row) => row.org_id);
  });
  await work({ database, audit: log, orgIds });
  await end();
}

async function write(bench: Bench, changes: number): Promise<{ plain: number[]; audited: number[] }> {
  const times = { plain: [] as number[], audited: [] as number[] };
  const each = Math.ceil((2 * changes) / WRITERS);
  await Promise.all(
    bench.orgIds.map(async (orgId, writer) => {
      await Bun.sleep((writer * PACE_MS) / WRITERS);
      for (let turn = 0; turn < each; turn++) {
        const isAudited = turn % 2 === 0;
        const startedAt = performance.now();
        await change(bench, { orgId, isAudited, name: `writer ${writer} ${turn}` });
        const took = performance.now() - startedAt;
        times[isAudited ? 'audited' : 'plain'].push(took);
        await Bun.sleep(Math.max(0, PACE_MS - took));
      }
    }),
  );
  return times;
}

type Change = { readonly orgId: OrgId; readonly isAudited: boolean; readonly name: string };

async function change({ database, audit: log }: Bench, { orgId, isAudited, name }: Change): Promise<void> {
  await database.transaction({ orgIds: [orgId] }, async (tx) => {
    await tx.execute(`update organisations set name = '${name}' where id = '${orgId}'`);
    if (!isAudited) return;
    await log.append(tx, {
      by: { kind: 'system', id: 'bench', name: 'bench', via: null },
      orgId,
      action: 'device.updated',
      target: { kind: 'organisation', id: orgId, name },
      before: { name: 'before' },
      after: { name },
    });
  });
}

/** Rows of the system's log, one after the other: how long each waits for its checkpoint. */
async function watchProofs({ database, audit: log }: Bench, count: number): Promise<number[]> {
  const times: number[] = [];
  const signed = `select signed_size from audit_trees where org_id = '${SYSTEM_ORG}'`;
  for (let row = 0; row < count; row++) {
    await database.installation((tx) =>
      log.append(tx, {
        by: { kind: 'system', id: 'bench', name: 'bench', via: null },
        orgId: null,
        action: 'configuration.changed',
        target: { kind: 'setting', id: String(row), name: null },
      }),
    );
    const committedAt = performance.now();
    const isProven = () =>
      database.system('bench', async (tx) => {
        const found = await tx.execute<{ signed_size: string }>(signed);
        return Number(found.rows[0]?.signed_size ?? 0) > row;
      });
    while (!(await isProven())) await Bun.sleep(20);
    times.push(performance.now() - committedAt);
    await Bun.sleep(Math.random() * 100);
  }
  return times;
}

async function verifyFile(report: Report, rows: number): Promise<void> {
  const folder = makeFolder();
  const file = join(folder.path, 'audit.ndjson');
  const bytes = await writeExport(file, rows);
  report.tell('size of the export', bytes, 'bytes');
  const startedAt = performance.now();
  const done = Bun.spawn([process.execPath, CLI, 'audit', 'verify', file], {
    stdout: 'ignore',
    stderr: 'inherit',
  });
  const status = await done.exited;
  report.below(`muster audit verify, ${rows} rows`, (performance.now() - startedAt) / 1_000, 's', 10);
  report.below('faults that it found', status, 'count', 0);
  await folder.remove();
}

/** An export as the server writes it, with a checkpoint every thousand rows. */
async function writeExport(file: string, rows: number): Promise<number> {
  const sha256 = (data: Uint8Array) => new Uint8Array(createHash('sha256').update(data).digest());
  const signer = createNoteSigner('bench', anAuditKey());
  const origin = signer.originOf(SYSTEM_ORG);
  const tree = createFrontier(sha256);
  const stream = createWriteStream(file);
  let text = '';
  const put = (line: ExportLine) => {
    text += `${JSON.stringify(line)}\n`;
  };
  const at = new Date();
  put({
    ...{ type: 'export', format: 1, installationId: 'bench', at: at.toISOString() },
    key: writeVerifierKey(sha256, signer.key),
  });
  put({ type: 'log', log: SYSTEM_LOG, origin, size: rows });
  for (let index = 0; index < rows; index++) {
    const salt = crypto.getRandomValues(new Uint8Array(16));
    const content = JSON.stringify(aContent(index, at));
    const hash = contentHash(sha256, salt, content);
    tree.append(leafHash(sha256, hash));
    put({ type: 'row', index, hash: toBase64(hash), salt: toBase64(salt), content });
    if ((index + 1) % 1_000 === 0 || index + 1 === rows) {
      put({ type: 'checkpoint', note: signer.sign({ origin, size: index + 1, root: tree.root(), at }) });
      if (!stream.write(text)) await once(stream, 'drain');
      text = '';
    }
  }
  put({ type: 'end', logs: 1 });
  stream.end(text);
  await once(stream, 'close');
  return stream.bytesWritten;
}

function aContent(index: number, at: Date) {
  const id = Bun.randomUUIDv7();
  return {
    ...{ v: 1, id, at: at.toISOString(), log: SYSTEM_LOG },
    who: { kind: 'person', id, name: 'Ada Lovelace', via: { kind: 'session', id } },
    action: 'device.updated',
    target: { kind: 'device', id, name: `db-${index}` },
    before: { displayName: null, tags: {} },
    after: { displayName: `Database ${index}`, tags: { role: 'database' } },
    ...{ address: '192.0.2.17', success: true, code: null, count: 1 },
  };
}
