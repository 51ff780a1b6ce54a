import { type SQL, sql } from 'drizzle-orm';
import type { Database, Tx } from '../db/index.ts';
import { MATERIAL_NAMES, type Material, type StoredTrust, type TrustStore } from './material.ts';

type TrustRow = { installation_id: string; root_public_key: Buffer; epoch: number; generation: number };
type MaterialRow = { name: string; open: Buffer; sealed: Buffer; statement: Buffer | null };

const PART = 'trust';
const GATEWAYS = 'gateways:';

/** Trust in the tables `trust` and `trust_materials`. Private halves arrive here sealed. */
export function createTrustStore(database: Database): TrustStore {
  return {
    load: () => database.system(PART, loadTrust),
    create: (trust) => database.system(PART, (tx) => insertTrust(tx, trust)),
    addMaterial: (material) =>
      database.system(PART, async (tx) => {
        const { name, open, sealed, statement } = material;
        const added = await first<{ name: string }>(
          tx,
          sql`insert into trust_materials (name, open, sealed, statement) values
              (${name}, ${Buffer.from(open)}, ${Buffer.from(sealed)}, ${statement && Buffer.from(statement)})
              on conflict do nothing returning name`,
        );
        return added !== undefined;
      }),
    addGateways: (issuedAt, statement) =>
      database.system(PART, async (tx) => {
        // Rows are never changed: each list has a name of its own, which sorts by time.
        const name = GATEWAYS + String(issuedAt.getTime()).padStart(16, '0');
        await tx.execute(sql`insert into trust_materials (name, open, sealed, statement)
          values (${name}, '', '', ${Buffer.from(statement)})`);
      }),
    advance: (counters) =>
      database.system(PART, async (tx) => {
        const advanced = await first<{ epoch: number; generation: number }>(
          tx,
          sql`update trust set epoch = greatest(epoch, ${counters.epoch}),
                generation = greatest(generation, ${counters.generation}) returning epoch, generation`,
        );
        if (advanced === undefined) throw new Error('trust has no row to advance');
        return advanced;
      }),
  };
}

async function loadTrust(tx: Tx): Promise<StoredTrust | undefined> {
  const row = await first<TrustRow>(
    tx,
    sql`select installation_id, root_public_key, epoch, generation from trust`,
  );
  if (row === undefined) return undefined;
  const { rows } = await tx.execute<MaterialRow>(
    sql`select name, open, sealed, statement from trust_materials order by name`,
  );
  return {
    installationId: row.installation_id,
    rootPublicKey: bytes(row.root_public_key),
    epoch: row.epoch,
    generation: row.generation,
    materials: rows.map(toMaterial).filter((material) => material !== undefined),
    gateways: rows.flatMap(({ name, statement }) =>
      name.startsWith(GATEWAYS) && statement !== null ? [bytes(statement)] : [],
    ),
  };
}

async function insertTrust(tx: Tx, trust: StoredTrust): Promise<boolean> {
  const inserted = await first<{ singleton: boolean }>(
    tx,
    sql`insert into trust (installation_id, root_public_key, epoch, generation)
        values (${trust.installationId}, ${Buffer.from(trust.rootPublicKey)}, ${trust.epoch}, ${trust.generation})
        on conflict do nothing returning singleton`,
  );
  if (inserted === undefined) return false;
  for (const { name, open, sealed, statement } of trust.materials) {
    await tx.execute(sql`insert into trust_materials (name, open, sealed, statement) values
      (${name}, ${Buffer.from(open)}, ${Buffer.from(sealed)}, ${statement && Buffer.from(statement)})`);
  }
  return true;
}

function toMaterial({ name, open, sealed, statement }: MaterialRow): Material | undefined {
  const known = MATERIAL_NAMES.find((one) => one === name);
  if (known === undefined) return undefined;
  return { name: known, open: bytes(open), sealed: bytes(sealed), statement: statement && bytes(statement) };
}

async function first<T extends Record<string, unknown>>(tx: Tx, query: SQL): Promise<T | undefined> {
  const { rows } = await tx.execute(query);
  const [row] = rows as T[];
  return row;
}

function bytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer);
}
