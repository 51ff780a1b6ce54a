import { type Audit, createAudit } from '../modules/audit/index.ts';
import { type AuditKey, createEd25519, importEd25519Seed, signEd25519 } from '../platform/crypto/index.ts';
import type { Database } from '../platform/db/index.ts';

type AuditOptions = { readonly now?: () => Date; readonly key?: AuditKey; readonly retentionDays?: number };

/** A real audit log on the test's database, with a key of its own. Rows get their places once it is started. */
export function anAudit(database: Database, options: AuditOptions = {}): Audit {
  const onError = (error: unknown, part: string) => console.error(`${part}:`, error);
  const { now, key = anAuditKey(), retentionDays = 400 } = options;
  return createAudit({
    ...{ database, installationId: 'under-test', key, retentionDays, onError },
    ...(now ? { now } : {}),
  });
}

/** A key as the trust of an installation has one. */
export function anAuditKey(): AuditKey {
  const { publicKey, seed } = createEd25519();
  const key = importEd25519Seed(seed);
  return { publicKey, sign: (bytes) => signEd25519(key, bytes) };
}
