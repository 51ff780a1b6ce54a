import { type ApiKey, type ApiKeyId, MusterError, type SessionId, type UserId } from '@muster/contracts';
import { requirePermission } from '../../../platform/actor.ts';
import type { Tx } from '../../../platform/db/index.ts';
import type { Person } from '../../../platform/http/index.ts';
import { demandCover } from '../../access/index.ts';
import { findKeyRow, type KeyRow, revokeKeyRow } from '../db/api-keys.ts';
import type { IdentityDeps } from '../identity-deps.ts';
import { toKey } from './list-keys.ts';

/** Ends a key of one's own, or of a person whom the actor manages, at once. */
export async function revokeKey(
  deps: Pick<IdentityDeps, 'database' | 'audit' | 'clock' | 'signedOut'>,
  actor: Person,
  { keyId }: { readonly keyId: ApiKeyId },
): Promise<ApiKey> {
  requirePermission(actor, 'keys:manage');
  const now = new Date(deps.clock.now());
  const key = await deps.database.installation((tx) => findKeyRow(tx, keyId));
  if (!key) throw noSuchKey(keyId);
  const isOwn = key.userId === actor.userId && !actor.key;
  const scope = isOwn ? { orgIds: [] } : managed(actor, keyId);
  const revoked = await deps.database.transaction(scope, async (tx) => {
    if (!isOwn) await demandOwner(tx, actor, key);
    await revokeKeyRow(tx, keyId, now);
    await deps.audit.append(tx, {
      by: actor,
      orgId: null,
      action: 'key.revoked',
      target: { kind: 'api_key', id: keyId, name: key.name },
      before: { userId: key.userId, prefix: key.prefix },
    });
    return findKeyRow(tx, keyId);
  });
  deps.signedOut(keyId as string as SessionId);
  return toKey(revoked ?? key, now);
}

/** Whoever manages nobody is not told that somebody else's key exists. */
function managed(actor: Person, keyId: ApiKeyId) {
  if (!actor.permissions.has('users:manage')) throw noSuchKey(keyId);
  return requirePermission(actor, 'users:manage');
}

async function demandOwner(tx: Tx, actor: Person, key: KeyRow): Promise<void> {
  const scope = requirePermission(actor, 'users:manage');
  await demandCover(tx, actor, scope, key.userId as UserId).catch((error: unknown) => {
    throw error instanceof MusterError && error.code === 'not_found' ? noSuchKey(key.id as ApiKeyId) : error;
  });
}

function noSuchKey(keyId: ApiKeyId): MusterError {
  return new MusterError('not_found', 'There is no such key.', { keyId });
}
