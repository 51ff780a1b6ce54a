import { sql } from 'drizzle-orm';
import type { Trust } from '../../../../platform/crypto/index.ts';
import type { Tx } from '../../../../platform/db/index.ts';
import { newId } from '../../../../platform/new-id.ts';

/** Client secrets and bind passwords: written and used, never shown. */
export interface SealedSecrets {
  put(tx: Tx, secret: string): Promise<string>;
  read(tx: Tx, id: string): Promise<string>;
  replace(tx: Tx, id: string, secret: string): Promise<void>;
  remove(tx: Tx, id: string): Promise<void>;
}

/** Seals each under the installation's key, which is not in the database, and for its own row. */
export function createSealedSecrets(trust: Pick<Trust, 'seal' | 'open'>): SealedSecrets {
  const purpose = (id: string) => `provider_secrets ${id}`;
  const sealed = (id: string, secret: string) =>
    Buffer.from(trust.seal(purpose(id), new TextEncoder().encode(secret)));
  return {
    put: async (tx, secret) => {
      const id = newId<string>();
      await tx.execute(sql`insert into provider_secrets (id, sealed) values (${id}, ${sealed(id, secret)})`);
      return id;
    },
    read: async (tx, id) => {
      const { rows } = await tx.execute<{ sealed: Buffer }>(
        sql`select sealed from provider_secrets where id = ${id}::uuid`,
      );
      if (!rows[0]) throw new Error(`there is no sealed secret ${id}`);
      return new TextDecoder().decode(trust.open(purpose(id), rows[0].sealed));
    },
    replace: async (tx, id, secret) => {
      await tx.execute(
        sql`update provider_secrets set sealed = ${sealed(id, secret)} where id = ${id}::uuid`,
      );
    },
    remove: async (tx, id) => {
      await tx.execute(sql`delete from provider_secrets where id = ${id}::uuid`);
    },
  };
}
