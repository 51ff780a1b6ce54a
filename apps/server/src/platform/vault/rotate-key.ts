import { type SQL, sql } from 'drizzle-orm';
import { createKey, createSealer, readKeyFile, replaceKeyFile, SealBroken } from '../crypto/index.ts';
import type { Database, Tx } from '../db/index.ts';

/*
 * The key changes in four steps, each of which may be the last before a power cut: the new key is written into the key
 * file above the old one; what is sealed under the old key is sealed anew, a batch a transaction; when nothing is left
 * under it, that is written to the audit log; the old key leaves the file. In between, the file opens everything, and a
 * server may run. Two keys in the file mean that a change was cut short: it is finished, and no third key is made.
 */

const BATCH_ROWS = 200;

/** What is sealed, and what each row's seal is bound to. Rows with nothing sealed are left alone. */
type Place = { readonly table: string; readonly key: string; readonly purpose: (key: string) => string };
const TRUST: Place = { table: 'trust_materials', key: 'name', purpose: (name) => name };
const VAULT: Place = { table: 'vault_secrets', key: 'id', purpose: (id) => `vault_secrets ${id}` };

/** What a change of the key needs; `record` writes to the audit log, in the transaction given. */
export type RotationDeps = {
  readonly database: Pick<Database, 'system'>;
  readonly keyFile: string;
  readonly record: (tx: Tx, done: { resealed: number; resumed: boolean }) => Promise<void>;
};

/** Seals every secret under a new key and forgets the old one. Nobody else may seal meanwhile. */
export async function rotateKey(deps: RotationDeps): Promise<{ resealed: number; resumed: boolean }> {
  const keys = await readKeyFile(deps.keyFile);
  if (!keys) {
    throw new SealBroken(
      `The key file ${deps.keyFile} is missing; put it back from your backup, or name it with MUSTER_KEY_FILE.`,
    );
  }
  const resumed = keys.length > 1;
  const newest = resumed ? keys[0] : createKey();
  const older = resumed ? keys.slice(1) : keys;
  await proveKeys(deps.database, [newest, ...older]);
  if (!resumed) await replaceKeyFile(deps.keyFile, [newest, ...older]);
  const sealer = createSealer(newest, ...older);
  let resealed = 0;
  for (const place of [TRUST, VAULT]) {
    const next = () => deps.database.system('vault', (tx) => resealBatch(tx, place, sealer));
    for (let moved = await next(); moved > 0; moved = await next()) resealed += moved;
  }
  const done = { resealed, resumed };
  await deps.database.system('vault', (tx) => deps.record(tx, done));
  await replaceKeyFile(deps.keyFile, [newest]);
  return done;
}

/** A key file of another installation must not become half of this one's. */
async function proveKeys(database: RotationDeps['database'], keys: readonly [Uint8Array, ...Uint8Array[]]) {
  const sealer = createSealer(...keys);
  const rows = await database.system('vault', (tx) => staleRows(tx, TRUST, { limit: 1 }));
  for (const { key, sealed } of rows) sealer.open(key, sealed);
}

async function resealBatch(tx: Tx, place: Place, sealer: ReturnType<typeof createSealer>) {
  const rows = await staleRows(tx, place, { limit: BATCH_ROWS, mark: sealer.mark });
  for (const { key, sealed } of rows) {
    const purpose = place.purpose(key);
    const anew = Buffer.from(sealer.seal(purpose, sealer.open(purpose, sealed)));
    await tx.execute(
      sql`update ${sql.identifier(place.table)} set sealed = ${anew} where ${keyIs(place, key)}`,
    );
  }
  return rows.length;
}

type Sealed = { key: string; sealed: Buffer };

async function staleRows(
  tx: Tx,
  { table, key }: Place,
  { limit, mark = new Uint8Array([0]) }: { limit: number; mark?: Uint8Array },
): Promise<Sealed[]> {
  const { rows } = await tx.execute<Sealed>(sql`
    select ${sql.identifier(key)}::text as key, sealed from ${sql.identifier(table)}
    where length(sealed) > 0 and substring(sealed from 1 for ${mark.length}::int) <> ${Buffer.from(mark)}
    order by ${sql.identifier(key)} limit ${limit} for update`);
  return rows;
}

function keyIs({ key }: Place, value: string): SQL {
  return sql`${sql.identifier(key)}::text = ${value}`;
}
