import { expect, test } from 'bun:test';
import type { ApiKeyId, SiteId } from '@muster/contracts';
import {
  fromBase64,
  isConsistent,
  leafHash,
  readCheckpoint,
  rootFromInclusion,
  SYSTEM_LOG,
} from '@muster/contracts/audit';
import pg from 'pg';
import { newId } from '../../platform/new-id.ts';
import { storableText } from '../../platform/storable-text.ts';
import { anOrganisation, aPerson, type Person, until } from '../../testing/ledger-fixture.ts';
import { sha256 } from './domain/to-row.ts';
import { stageAudit, verified } from './testing/stage-audit.ts';
import { eraseRow } from './usecases/erase-row.ts';
import { getRow, listRows } from './usecases/list-rows.ts';
import { listCheckpoints, proveConsistency, proveInclusion } from './usecases/prove.ts';

const stage = stageAudit();
const { deps, anEntry, append, settled, signedSize, exported } = stage;

test('SE-8: a row is in the log with who, what, target, before, after and address, and can be proven', async () => {
  const target = { kind: 'device', id: newId<string>(), name: 'db-03' };
  await append({ target });
  let row = (await listRows(deps(), stage.ada, { target: target.id, limit: 10 })).items[0];
  let proof: Awaited<ReturnType<typeof proveInclusion>> | undefined;
  while (!proof) {
    row ??= (await listRows(deps(), stage.ada, { target: target.id, limit: 10 })).items[0];
    proof =
      row &&
      (await proveInclusion(deps(), stage.ada, { log: stage.orgId, index: row.index }).catch(
        () => undefined,
      ));
    await Bun.sleep(10);
  }

  expect(row?.content).toMatchObject({
    log: stage.orgId,
    who: {
      kind: 'person',
      id: stage.ada.userId,
      name: 'Ada',
      via: { kind: 'session', id: stage.ada.sessionId },
    },
    action: 'device.updated',
    target,
    before: { displayName: null },
    after: { displayName: 'Database 3' },
    address: '127.0.0.1',
    success: true,
  });
  const alone = await getRow(deps(), stage.ada, { log: stage.orgId, index: row?.index ?? -1 });
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
  const failing = stage.db.database.transaction(stage.ada.scope, async (tx) => {
    await stage.audit.append(tx, anEntry({ target }));
    throw new Error('the change failed');
  });
  await expect(failing).rejects.toThrow('the change failed');
  await append();
  await settled();
  expect((await listRows(deps(), stage.ada, { target: target.id, limit: 1 })).items).toEqual([]);
});

test('SE-8: 24 writers at once leave a log without gaps, and every checkpoint continues those before', async () => {
  const other = await anOrganisation(stage.db);
  await settled();
  const begin = await signedSize();
  const writers = Array.from({ length: 24 }, async (_, writer) => {
    for (let i = 0; i < 25; i++) {
      if (writer % 3 === 0) {
        await stage.db.database.transaction({ orgIds: [other.orgId] }, (tx) =>
          stage.audit.append(tx, anEntry({ orgId: other.orgId })),
        );
      } else await append();
    }
  });
  await Promise.all(writers);
  await settled();

  const lines = await exported();
  const report = await verified(lines);
  expect(report.faults).toEqual([]);
  expect(report.logs).toMatchObject([{ log: stage.orgId, rows: begin + 400, size: begin + 400 }]);
  const notes = lines.flatMap((line) => (line.type === 'checkpoint' ? [line.note] : []));
  const heads = notes.map((note) => readCheckpoint(note) as NonNullable<ReturnType<typeof readCheckpoint>>);
  const newest = heads.at(-1);
  for (const head of heads) {
    const given = await proveConsistency(deps(), stage.ada, { log: stage.orgId, size: head.size });
    const proof = given.proof.map((hash) => fromBase64(hash) as Uint8Array);
    expect(newest && isConsistent(sha256, head, newest, proof)).toBe(true);
  }
  expect((await verified(lines, { earlier: notes })).faults).toEqual([]);
}, 120_000);

test('two servers on one database give each row one place, and one takes over from the other', async () => {
  const other = stage.another();
  other.start();
  const begin = await signedSize();
  const both = Array.from({ length: 60 }, (_, i) =>
    stage.db.database.transaction(stage.ada.scope, (tx) =>
      (i % 2 === 0 ? stage.audit : other).append(tx, anEntry()),
    ),
  );
  await Promise.all(both);
  await stage.audit.stop();
  await append();
  await settled();
  await other.stop();
  stage.restart();
  expect(await signedSize()).toBe(begin + 61);
  expect((await verified(await exported())).faults).toEqual([]);
}, 120_000);

test('SE-2: nobody reads the log of an organisation that is not theirs, nor that of the system by a grant in one organisation', async () => {
  const elsewhere = await anOrganisation(stage.db);
  await append({ orgId: null, action: 'user.login' });
  await until(async () => (await signedSize(SYSTEM_LOG)) > 0);
  const eve = aPerson(elsewhere.orgId, ['audit:read', 'audit:export']);

  expect((await listRows(deps(), eve, { limit: 10 })).items).toEqual([]);
  expect((await listRows(deps(), eve, { log: stage.orgId, limit: 10 })).items).toEqual([]);
  expect((await listCheckpoints(deps(), eve)).items).toEqual([]);
  const proof = proveInclusion(deps(), eve, { log: stage.orgId, index: 0 });
  await expect(proof).rejects.toMatchObject({ code: 'not_found' });
  const row = getRow(deps(), eve, { log: stage.orgId, index: 0 });
  await expect(row).rejects.toMatchObject({ code: 'not_found' });
  const [tenant, site] = [aPerson(stage.orgId), newId<SiteId>()];
  const logsOf = async (person: Person) => {
    const { items } = await listRows(deps(), person, { limit: 500 });
    return [...new Set(items.map(({ log }) => log))];
  };
  expect(await logsOf(tenant)).toEqual([stage.orgId]);
  const only = { orgIds: [], siteIds: [site], groupIds: [] };
  expect(await logsOf({ ...tenant, scope: { orgIds: [stage.orgId], only } })).toEqual([]);
  const reader = aPerson(stage.orgId, []);
  await expect(listRows(deps(), reader, { limit: 1 })).rejects.toMatchObject({ code: 'forbidden' });
});

test('SE-8: what came with an API key names the key behind its person', async () => {
  const id = newId<ApiKeyId>();
  const target = { kind: 'device', id: newId<string>(), name: 'db-03' };
  await append({ by: { ...stage.ada, key: { id, name: 'deploys' } }, target });
  await settled();
  const [row] = (await listRows(deps(), stage.ada, { target: target.id, limit: 1 })).items;
  expect(row?.content?.who).toMatchObject({
    kind: 'person',
    id: stage.ada.userId,
    via: { kind: 'api_key', id },
  });
});

test('the application’s role can add to the log, and can neither change nor drop a row of it', async () => {
  const client = new pg.Client({ connectionString: stage.db.url });
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
    ...{ by: stage.ada, orgId: stage.orgId, address: '198.51.100.9' },
    action: 'access.denied',
    code: 'forbidden',
    target: { kind: 'endpoint', id: 'GET /api/v1/devices', name: null },
  } as const;
  for (let i = 0; i < 40; i++) stage.audit.denied(denial);
  const find = () => listRows(deps(), stage.ada, { action: 'access.denied', success: false, limit: 10 });
  await until(async () => (await find()).items.length === 1);
  stage.advance(60_000);
  stage.audit.denied({ ...denial, address: '198.51.100.10' });
  await until(async () => (await find()).items.length === 3);
  const counts = (await find()).items.map(({ content }) => [content?.address, content?.count]);
  expect(counts.toSorted()).toEqual([
    ['198.51.100.10', 1],
    ['198.51.100.9', 1],
    ['198.51.100.9', 39],
  ]);
});

test('the log is searched by who, action, target and time, page by page', async () => {
  const grace = { ...aPerson(stage.orgId), name: 'Grace' };
  const target = { kind: 'device', id: newId<string>(), name: 'paged' };
  for (let i = 0; i < 7; i++) await append({ by: grace, target });
  const all = () =>
    listRows(deps(), stage.ada, { who: 'Grace', action: 'device.updated', target: 'paged', limit: 50 });
  await until(async () => (await all()).items.length === 7);
  const first = await listRows(deps(), stage.ada, { who: grace.userId, limit: 4 });
  const second = await listRows(deps(), stage.ada, { who: grace.userId, limit: 4, cursor: first.next ?? '' });
  expect([...first.items, ...second.items]).toEqual((await all()).items);
  expect([first.count, second.next]).toEqual([{ value: 7, exact: true }, null]);
  const from = new Date(stage.now.getTime() + 1).toISOString();
  expect((await listRows(deps(), stage.ada, { who: 'Grace', from, limit: 4 })).items).toEqual([]);
});

test('a row whose id and name are both what is searched for is found and counted once, those of others beside it', async () => {
  const word = newId<string>();
  for (const [id, name] of [
    [word, word],
    [word, 'one'],
    ['two', word],
  ] as const)
    await append({ target: { kind: 'device', id, name } });
  await settled();

  const first = await listRows(deps(), stage.ada, { target: word, limit: 2 });
  const rest = await listRows(deps(), stage.ada, { target: word, limit: 2, cursor: first.next ?? '' });

  expect(first.count).toEqual({ value: 3, exact: true });
  const names = [...first.items, ...rest.items].map(({ content }) => content?.target.name);
  expect(names).toEqual([word, 'one', word]);
});

test('a name that no database holds is logged as it is, and found by what can be asked for', async () => {
  const target = { kind: 'device', id: newId<string>(), name: `db\0\ud83d${'n'.repeat(250)}😀` };
  await append({ target });
  await settled();

  const { items } = await listRows(deps(), stage.ada, { target: storableText(target.name, 254), limit: 10 });

  expect(items.map(({ content }) => content?.target)).toEqual([target]);
});

test('SE-8: an erased row is found by nothing, the log verifies as before, and who erased it and why stays', async () => {
  const target = { kind: 'device', id: newId<string>(), name: 'of a person' };
  const reader: Person = { ...stage.ada, permissions: new Set(['audit:read']) };
  await append({ target });
  await settled();
  const before = await exported();
  const [row] = (await listRows(deps(), stage.ada, { target: target.id, limit: 1 })).items;
  const place = { log: stage.orgId, index: row?.index ?? -1 };

  await expect(eraseRow(deps(), reader, { ...place, reason: 'asked' })).rejects.toMatchObject({
    code: 'forbidden',
  });
  const erased = await eraseRow(deps(), stage.ada, { ...place, reason: 'asked' });
  await eraseRow(deps(), stage.ada, { ...place, reason: 'again' });
  await settled();

  expect(erased).toEqual({ ...place, hash: row?.hash ?? '', content: null });
  for (const text of [target.id, target.name])
    expect((await listRows(deps(), stage.ada, { target: text, limit: 1 })).items).toEqual([]);
  const after = await exported();
  expect(JSON.stringify(after)).not.toContain(target.id);
  const earlier = before.flatMap((line) => (line.type === 'checkpoint' ? [line.note] : []));
  const report = await verified(after, { earlier });
  expect([report.faults, report.logs[0]?.erased]).toEqual([[], 1]);
  const told = (await listRows(deps(), stage.ada, { action: 'audit.row_erased', limit: 5 })).items;
  expect(told.map(({ content }) => content?.after)).toEqual([{ hash: row?.hash, reason: 'asked' }]);
  const own = { log: stage.orgId, index: told[0]?.index ?? -1, reason: 'cover it up' };
  await expect(eraseRow(deps(), stage.ada, own)).rejects.toMatchObject({ code: 'conflict' });
});

test('SE-8: whoever may read every log reads that of the system too, without seeing the system', async () => {
  await append({ orgId: null, action: 'user.login' });
  await until(async () => (await signedSize(SYSTEM_LOG)) > 0);
  const auditor: Person = { ...stage.ada, permissions: new Set(['audit:read']) };
  const { items } = await listRows(deps(), auditor, { log: SYSTEM_LOG, limit: 1 });
  expect(items[0]?.log).toBe(SYSTEM_LOG);
});
