import {
  BUILT_IN_ROLES,
  MusterError,
  type NewMapping,
  type Provider,
  type ProviderId,
  type ProviderSettings,
} from '@muster/contracts';
import { type Actor, requirePermission } from '../../../../platform/actor.ts';
import type { Tx } from '../../../../platform/db/index.ts';
import { demandCurrent } from '../../../../platform/http/index.ts';
import { newId } from '../../../../platform/new-id.ts';
import { demandAsMuch, demandGrantable } from '../../../access/index.ts';
import {
  findProvider,
  insertProvider,
  isTakenName,
  lockProvider,
  type ProviderRow,
  removeProviderRow,
  writeMappings,
  writeProvider,
} from '../db/provider-rows.ts';
import type { ProvidersDeps } from '../providers-deps.ts';
import { toProvider } from './list-providers.ts';
import { withdrawUnmapped } from './reconcile-grants.ts';

type Deps = Pick<ProvidersDeps, 'database' | 'audit' | 'vault'>;

export type NewProvider = {
  readonly name: string;
  readonly enabled: boolean;
  readonly settings: ProviderSettings;
  readonly secret: string | null;
  readonly mappings: readonly NewMapping[];
};

/** Adds a way to sign in. */
export async function createProvider(deps: Deps, actor: Actor, input: NewProvider): Promise<Provider> {
  const scope = demandEverything(actor);
  const { name, enabled, settings, secret, mappings } = input;
  const id = newId<ProviderId>();
  return deps.database.transaction(scope, async (tx) => {
    await demandFreeName(tx, name, null);
    const secretId = secret === null ? null : await deps.vault.put(tx, secret);
    await insertProvider(tx, { id, name, enabled, settings, secretId });
    await map(tx, actor, id, mappings);
    const after = await reread(tx, id);
    await tell(deps, tx, actor, { action: 'provider.created', after });
    return toProvider(after);
  });
}

export type ProviderChanges = {
  readonly providerId: ProviderId;
  readonly name?: string | undefined;
  readonly enabled?: boolean | undefined;
  readonly settings?: ProviderSettings | undefined;
  /** Null takes the secret away, undefined leaves it. */
  readonly secret?: string | null | undefined;
  readonly mappings?: readonly NewMapping[] | undefined;
  readonly ifMatch: string | undefined;
};

/** Changes a way to sign in. Roles that no mapping gives any more are taken back with the same commit. */
export async function updateProvider(deps: Deps, actor: Actor, changes: ProviderChanges): Promise<Provider> {
  const scope = demandEverything(actor);
  return deps.database.transaction(scope, async (tx) => {
    const before = (await lockProvider(tx, changes.providerId)) ?? throwNoProvider(changes.providerId);
    demandCurrent(before.version, changes.ifMatch, before.name);
    const { name = before.name, enabled = before.enabled, settings = before.settings, mappings } = changes;
    if (settings.kind !== before.settings.kind)
      throw new MusterError('invalid_input', 'A provider stays what it is; add another one instead.', {
        field: 'settings.kind',
      });
    await demandFreeName(tx, name, before.id);
    const secretId = await keepSecret(deps, tx, before.secretId, changes.secret);
    await writeProvider(tx, { id: before.id, name, enabled, settings, secretId });
    if (before.secretId && !secretId) await deps.vault.remove(tx, before.secretId);
    if (mappings) {
      await map(tx, actor, before.id, mappings);
      await withdrawUnmapped(deps, tx, { by: actor, provider: before, mappings });
    }
    const after = await reread(tx, before.id);
    await tell(deps, tx, actor, {
      action: 'provider.changed',
      before,
      after,
      isSecretChanged: changes.secret !== undefined,
    });
    return toProvider(after);
  });
}

/** Removes a way to sign in; its people stay, without what its groups gave them. */
export async function removeProvider(
  deps: Deps,
  actor: Actor,
  { providerId }: { readonly providerId: ProviderId },
): Promise<void> {
  const scope = demandEverything(actor);
  await deps.database.transaction(scope, async (tx) => {
    const before = (await lockProvider(tx, providerId)) ?? throwNoProvider(providerId);
    await withdrawUnmapped(deps, tx, { by: actor, provider: before, mappings: [] });
    await removeProviderRow(tx, providerId);
    if (before.secretId) await deps.vault.remove(tx, before.secretId);
    await tell(deps, tx, actor, { action: 'provider.removed', before });
  });
}

/**
 * Whoever decides what a provider is can have it vouch for anybody: nobody rises that way, because they must have
 * everything already.
 */
function demandEverything(actor: Actor) {
  const scope = requirePermission(actor, 'providers:manage');
  demandAsMuch(actor, BUILT_IN_ROLES.admin.permissions, { orgId: null, siteId: null, groupId: null });
  return scope;
}

async function map(tx: Tx, actor: Actor, id: ProviderId, mappings: readonly NewMapping[]): Promise<void> {
  for (const mapping of mappings) await demandGrantable(tx, actor, mapping);
  await writeMappings(tx, id, mappings);
}

async function keepSecret(
  { vault }: Deps,
  tx: Tx,
  secretId: string | null,
  secret: string | null | undefined,
): Promise<string | null> {
  if (secret === undefined) return secretId;
  if (secret === null) return null;
  if (!secretId) return vault.put(tx, secret);
  await vault.replace(tx, secretId, secret);
  return secretId;
}

async function demandFreeName(tx: Tx, name: string, except: ProviderId | null): Promise<void> {
  if (await isTakenName(tx, name, except))
    throw new MusterError('conflict', `There is a provider called ${name} already.`, { field: 'name' });
}

async function reread(tx: Tx, id: ProviderId): Promise<ProviderRow> {
  return (await findProvider(tx, id)) ?? throwNoProvider(id);
}

/** Refuses an id that is no provider's. */
export function throwNoProvider(providerId: ProviderId): never {
  throw new MusterError('not_found', 'There is no such sign-in provider.', { providerId });
}

type Told = {
  readonly action: 'provider.created' | 'provider.changed' | 'provider.removed';
  readonly before?: ProviderRow;
  readonly after?: ProviderRow;
  readonly isSecretChanged?: boolean;
};

async function tell({ audit }: Deps, tx: Tx, actor: Actor, told: Told): Promise<void> {
  const { action, before, after, isSecretChanged } = told;
  const shown = (row: ProviderRow) => {
    const { name, enabled, settings, secretId, mappings } = row;
    return { name, enabled, settings, hasSecret: secretId !== null, mappings };
  };
  const row = after ?? before;
  if (!row) return;
  await audit.append(tx, {
    by: actor,
    orgId: null,
    action,
    target: { kind: 'provider', id: row.id, name: row.name },
    ...(before ? { before: shown(before) } : {}),
    ...(after ? { after: { ...shown(after), ...(isSecretChanged ? { secretChanged: true } : {}) } } : {}),
  });
}
