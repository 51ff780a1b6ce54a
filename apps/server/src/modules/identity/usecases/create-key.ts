import { type ApiKey, ApiKeyId, type DeviceId, MusterError, type Permission } from '@muster/contracts';
import { sql } from 'drizzle-orm';
import { requirePermission } from '../../../platform/actor.ts';
import { deviceInScope } from '../../../platform/db/index.ts';
import type { Person } from '../../../platform/http/index.ts';
import { newId } from '../../../platform/new-id.ts';
import { findKeyRow, insertKey } from '../db/api-keys.ts';
import type { IdentityDeps } from '../identity-deps.ts';
import { hashSecret, newKeySecret } from '../session-token.ts';
import { readNodeKey } from '../tokens/nodes/node-key.ts';
import { refuseKeys } from './change-password.ts';
import { toKey } from './list-keys.ts';

export type CreateKeyInput = {
  readonly name: string;
  readonly permissions: readonly Permission[] | null;
  readonly deviceId: DeviceId | null;
  /** Of the node, which then has to sign: PEM or base64 of an Ed25519 key. */
  readonly publicKey: string | null;
  readonly expiresInMs: number;
};

/** Makes a key for the person who asks. Its secret is in the answer and nowhere else. */
export async function createKey(
  deps: Pick<IdentityDeps, 'database' | 'audit' | 'clock'>,
  actor: Person,
  input: CreateKeyInput,
): Promise<{ key: ApiKey; secret: string }> {
  requirePermission(actor, 'keys:manage');
  refuseKeys(actor);
  const missing = input.permissions?.find((permission) => !actor.permissions.has(permission));
  if (missing)
    throw new MusterError('forbidden', `A key cannot do what you cannot: ${missing}.`, {
      permission: missing,
    });
  if (input.publicKey !== null && !input.deviceId)
    throw new MusterError('invalid_input', 'Only the key of a node has a publicKey: say its deviceId too.', {
      field: 'deviceId',
    });
  const publicKey = input.publicKey === null ? null : readNodeKey(input.publicKey);
  if (input.deviceId) await demandDevice(deps, actor, input.deviceId);
  const now = new Date(deps.clock.now());
  const { prefix, secret } = newKeySecret();
  const id = ApiKeyId.parse(newId<ApiKeyId>());
  const key = await deps.database.installation(async (tx) => {
    await insertKey(tx, {
      id,
      prefix,
      userId: actor.userId,
      name: input.name,
      secretHash: hashSecret(secret),
      permissions: input.permissions && [...new Set(input.permissions)],
      deviceId: input.deviceId,
      publicKey,
      createdAt: now,
      expiresAt: new Date(now.getTime() + input.expiresInMs),
    });
    const row = await findKeyRow(tx, id);
    if (!row) throw new MusterError('internal', 'The key that was just made is not there.');
    const made = toKey(row, now);
    const { name, permissions, deviceId, publicKey: signsAs, expiresAt } = made;
    await deps.audit.append(tx, {
      by: actor,
      orgId: null,
      action: 'key.created',
      target: { kind: 'api_key', id, name },
      after: { userId: actor.userId, prefix, permissions, deviceId, publicKey: signsAs, expiresAt },
    });
    return made;
  });
  return { key, secret };
}

async function demandDevice(
  { database }: Pick<IdentityDeps, 'database'>,
  actor: Person,
  deviceId: DeviceId,
): Promise<void> {
  const scope = requirePermission(actor, 'devices:read');
  const { rowCount } = await database.transaction(scope, (tx) =>
    tx.execute(sql`
      select from devices d where d.id = ${deviceId}::uuid and d.deleted_at is null and ${deviceInScope(scope)}`),
  );
  if (!rowCount) throw new MusterError('not_found', 'There is no such device.', { deviceId });
}
