import { exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import type { Tx } from '../../../platform/db/index.ts';
import { newId } from '../../../platform/new-id.ts';
import type { Vault } from '../../../platform/vault/index.ts';
import type { IdentityDeps } from '../identity-deps.ts';
import { deleteKey, insertKey, type KeyRow, listKeys, lockKeys } from './db/key-rows.ts';

/** What access tokens stand on. */
export type AccessTokenDeps = Pick<IdentityDeps, 'database' | 'clock'> & {
  readonly vault: Vault;
  /** Issuer and audience: a token of another installation is worth nothing here. */
  readonly installationId: string;
};

/** How long an access token lives; what it may do is looked up at each request all the same. */
export const ACCESS_TOKEN_SECONDS = 600;
/** The only algorithm: a token does not choose how it is verified. */
export const ALGORITHM = 'ES256';

type Key = Awaited<ReturnType<typeof importJWK>>;

/** The keys as they stood `at` a moment, the newest first; the private half of that one, and every public half by its id. */
export type KeyRing = {
  readonly at: number;
  readonly rows: readonly KeyRow[];
  readonly signing: Key;
  readonly verifying: ReadonlyMap<string, Key>;
};

const ROTATE_AFTER_MS = 30 * 24 * 3_600_000;
/** After its successor was made, a key is kept until its last token has expired, and a clock may be off. */
const KEEP_OLD_MS = ACCESS_TOKEN_SECONDS * 1_000 + 3_600_000;

/** The keys of this moment; makes the first one, and a new one every thirty days. */
export async function loadKeys(deps: AccessTokenDeps): Promise<KeyRing> {
  const at = deps.clock.now();
  return deps.database.system('access tokens', async (tx) => {
    let rows = await listKeys(tx);
    if (isDue(rows, at)) {
      await lockKeys(tx);
      rows = await listKeys(tx);
      if (isDue(rows, at)) rows = await rotate(deps, tx, rows);
    }
    const [newest] = rows;
    if (!newest) throw new Error('there is no key for access tokens');
    const secret = JSON.parse(await deps.vault.read(tx, newest.secretId)) as JWK;
    const verifying = new Map<string, Key>();
    for (const { id, publicKey } of rows) verifying.set(id, await importJWK(publicKey, ALGORITHM));
    return { at, rows, signing: await importJWK(secret, ALGORITHM), verifying };
  });
}

function isDue([newest]: readonly KeyRow[], at: number): boolean {
  return !newest || at - newest.createdAt.getTime() >= ROTATE_AFTER_MS;
}

/** Makes a new key; those whose last token expired before go. */
async function rotate(deps: AccessTokenDeps, tx: Tx, rows: readonly KeyRow[]): Promise<KeyRow[]> {
  const at = deps.clock.now();
  const pair = await generateKeyPair(ALGORITHM, { extractable: true });
  const secretId = await deps.vault.put(tx, JSON.stringify(await exportJWK(pair.privateKey)));
  const publicKey = await exportJWK(pair.publicKey);
  const made = { id: newId<string>(), secretId, publicKey, createdAt: new Date(at) };
  await insertKey(tx, made);
  const kept = [made];
  for (const [place, row] of rows.entries()) {
    const replacedAt = rows[place - 1]?.createdAt.getTime() ?? at;
    if (at - replacedAt < KEEP_OLD_MS) {
      kept.push(row);
      continue;
    }
    await deleteKey(tx, row.id);
    await deps.vault.remove(tx, row.secretId);
  }
  return kept;
}
