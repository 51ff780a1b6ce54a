import { sql } from 'drizzle-orm';
import type { Trust } from '../crypto/index.ts';
import type { Tx } from '../db/index.ts';
import { newId } from '../new-id.ts';

export { rotateKey } from './rotate-key.ts';

/** Secrets at rest: written and used, never shown. Each is named by an id that its user keeps. */
export interface Vault {
  put(tx: Tx, secret: string): Promise<string>;
  read(tx: Tx, id: string): Promise<string>;
  replace(tx: Tx, id: string, secret: string): Promise<void>;
  remove(tx: Tx, id: string): Promise<void>;
}

/** Seals each under the installation's key, which is not in the database, and for its own row. */
export function createVault(trust: Pick<Trust, 'seal' | 'open'>): Vault {
  const purpose = (id: string) => `vault_secrets ${id}`;
  const sealed = (id: string, secret: string) =>
    Buffer.from(trust.seal(purpose(id), new TextEncoder().encode(secret)));
  return {
    put: async (tx, secret) => {
      const id = newId<string>();
      await tx.execute(sql`insert into vault_secrets (id, sealed) values (${id}, ${sealed(id, secret)})`);
      return id;
    },
    read: async (tx, id) => {
      const { rows } = await tx.execute<{ sealed: Buffer }>(
        sql`select sealed from vault_secrets where id = ${id}::uuid`,
      );
      if (!rows[0]) throw new Error(`there is no sealed secret ${id}`);
      return new TextDecoder().decode(trust.open(purpose(id), rows[0].sealed));
    },
    replace: async (tx, id, secret) => {
      await tx.execute(sql`update vault_secrets set sealed = ${sealed(id, secret)} where id = ${id}::uuid`);
    },
    remove: removeSecret,
  };
}

/** Forgets a secret, which takes no key. */
export async function removeSecret(tx: Tx, id: string): Promise<void> {
  await tx.execute(sql`delete from vault_secrets where id = ${id}::uuid`);
}
