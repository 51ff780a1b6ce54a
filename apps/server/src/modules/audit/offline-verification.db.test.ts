import { expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ExportLine,
  fromBase64,
  isSignedBy,
  readCheckpoint,
  readVerifierKey,
} from '@muster/contracts/audit';
import { ed25519PublicKey } from '../../platform/crypto/signatures.ts';
import { anAuditKey } from '../../testing/audit-fixture.ts';
import { createNoteSigner } from './domain/notes.ts';
import { sha256 } from './domain/to-row.ts';
import { stageAudit, VERIFIER, verified } from './testing/stage-audit.ts';
import { listCheckpoints } from './usecases/prove.ts';

/* What somebody with nothing but an export, or a checkpoint, can find out about it. */

const stage = stageAudit();
const { deps, append, settled, exported } = stage;
const rowsOf = (lines: readonly ExportLine[]) => lines.filter((line) => line.type === 'row');

test('SE-8: openssl verifies a checkpoint with nothing but the public key', async () => {
  await append();
  await settled();
  const { key: line, items } = await listCheckpoints(deps(), stage.ada);
  const note = items.find((item) => item.log === stage.orgId)?.note ?? '';
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
  expect(noteKey && isSignedBy(note, noteKey, VERIFIER)).toBe(true);
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
    `log ${stage.orgId}: row 2 was changed`,
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

test('SE-8: a tail that was cut is found, with its checkpoint by the export, without it by an earlier one', async () => {
  for (let checkpoint = 0; checkpoint < 2; checkpoint++) {
    await append();
    await settled();
  }
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
  await append();
  await settled();
  const lines = await exported();
  const { key: own } = await listCheckpoints(deps(), stage.ada);
  expect((await verified(lines, { key: own })).faults).toEqual([]);
  const { publicKey } = anAuditKey();
  const other = { ...deps(), signer: createNoteSigner('under-test', { publicKey, sign: stage.key.sign }) };
  const { key: strange } = await listCheckpoints(other, stage.ada);
  expect((await verified(lines, { key: strange })).faults[0]).toContain('another key');
});

function hashOf(row: { salt: string | null; content: string | null }): { hash: string } {
  const salt = Buffer.from(row.salt ?? '', 'base64');
  return {
    hash: Buffer.from(sha256(Buffer.concat([salt, Buffer.from(row.content ?? '')]))).toString('base64'),
  };
}
