import type { ApiKey, ApiKeyId, DeviceId, UserId } from '@muster/contracts';
import { requirePermission } from '../../../platform/actor.ts';
import type { Person } from '../../../platform/http/index.ts';
import { demandCover } from '../../access/index.ts';
import { type KeyRow, listKeyRows } from '../db/api-keys.ts';
import type { IdentityDeps } from '../identity-deps.ts';

/** One's own keys, or those of a person whom the actor manages. */
export async function listKeys(
  deps: Pick<IdentityDeps, 'database' | 'clock'>,
  actor: Person,
  input: { readonly userId?: UserId | undefined },
): Promise<ApiKey[]> {
  requirePermission(actor, 'keys:manage');
  const { userId = actor.userId } = input;
  const now = new Date(deps.clock.now());
  const scope = userId === actor.userId ? { orgIds: [] } : requirePermission(actor, 'users:manage');
  const rows = await deps.database.transaction(scope, async (tx) => {
    if (userId !== actor.userId) await demandCover(tx, actor, scope, userId);
    return listKeyRows(tx, userId);
  });
  return rows.map((row) => toKey(row, now));
}

/** A row in the contract's shape. */
export function toKey(row: KeyRow, now: Date): ApiKey {
  const state = row.revokedAt ? 'revoked' : row.expiresAt <= now ? 'expired' : 'active';
  return {
    id: row.id as ApiKeyId,
    userId: row.userId as UserId,
    userName: row.userName,
    name: row.name,
    prefix: row.prefix,
    permissions: row.permissions,
    deviceId: row.deviceId as DeviceId | null,
    publicKey: row.publicKey?.toString('base64') ?? null,
    state,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  };
}
