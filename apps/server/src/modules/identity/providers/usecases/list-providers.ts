import type { Provider } from '@muster/contracts';
import { type Actor, requirePermission } from '../../../../platform/actor.ts';
import { etagOf } from '../../../../platform/http/index.ts';
import { listNames, listProviders, type ProviderRow } from '../db/provider-rows.ts';
import type { ProvidersDeps } from '../providers-deps.ts';

type Deps = Pick<ProvidersDeps, 'database'>;

/** Where an OpenID provider sends browsers back to. */
export const callbackPath = (id: string) => `/api/v1/auth/oidc/${id}/callback`;

/** All providers, with their settings and without their secrets. */
export async function readProviders({ database }: Deps, actor: Actor): Promise<Provider[]> {
  const scope = requirePermission(actor, 'providers:manage');
  return (await database.transaction(scope, listProviders)).map(toProvider);
}

/** What the sign-in page offers to whoever comes. */
export function readNames({ database }: Deps): Promise<Pick<Provider, 'id' | 'kind' | 'name'>[]> {
  return database.installation(listNames);
}

/** A row in the contract's shape. */
export function toProvider(row: ProviderRow): Provider {
  const { id, name, enabled, settings, secretId, version, createdAt, people, mappings } = row;
  const { kind } = settings;
  return {
    id,
    kind,
    name,
    enabled,
    settings,
    hasSecret: secretId !== null,
    mappings,
    people,
    redirectPath: kind === 'oidc' ? callbackPath(id) : null,
    createdAt,
    etag: etagOf(version),
  };
}
