import type { ProviderId } from '@muster/contracts';
import { type Actor, requirePermission } from '../../../../platform/actor.ts';
import { findProvider } from '../db/provider-rows.ts';
import type { Steps } from '../domain/steps.ts';
import { testDirectory } from '../ldap/test-directory.ts';
import { testIssuer } from '../oidc/test-issuer.ts';
import type { ProvidersDeps } from '../providers-deps.ts';
import { throwNoProvider } from './change-provider.ts';

/** Tries whether a provider answers as it should; what is wrong is in the steps, not thrown. */
export async function testProvider(
  { database, vault }: Pick<ProvidersDeps, 'database' | 'vault'>,
  actor: Actor,
  { providerId, login }: { readonly providerId: ProviderId; readonly login?: string | undefined },
): Promise<{ ok: boolean; steps: Steps }> {
  const scope = requirePermission(actor, 'providers:manage');
  const { settings, secret } = await database.transaction(scope, async (tx) => {
    const { settings, secretId } = (await findProvider(tx, providerId)) ?? throwNoProvider(providerId);
    return { settings, secret: secretId ? await vault.read(tx, secretId) : '' };
  });
  const steps =
    settings.kind === 'ldap'
      ? await testDirectory({ settings, password: secret }, login)
      : await testIssuer({ settings, secret });
  return { ok: steps.every(({ ok }) => ok), steps };
}
