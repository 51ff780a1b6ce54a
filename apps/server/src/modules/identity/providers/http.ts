import { contract } from '@muster/contracts';
import { implement } from '@orpc/server';
import type { RequestContext } from '../../../platform/http/index.ts';
import type { ProvidersDeps } from './providers-deps.ts';
import { createProvider, removeProvider, updateProvider } from './usecases/change-provider.ts';
import { readNames, readProviders } from './usecases/list-providers.ts';
import { testProvider } from './usecases/test-provider.ts';

/** Routes of contract.providers and contract.signInProviders. */
export function createProviderRoutes(deps: ProvidersDeps) {
  const os = implement(contract.providers).$context<RequestContext>();
  const shown = implement(contract.signInProviders).$context<RequestContext>();
  return {
    providers: os.router({
      list: os.list.handler(async ({ context }) => ({ items: await readProviders(deps, context.actor) })),
      create: os.create.handler(({ input, context }) => createProvider(deps, context.actor, input)),
      update: os.update.handler(({ input, context }) =>
        updateProvider(deps, context.actor, {
          ...input,
          ifMatch: context.headers.get('if-match') ?? undefined,
        }),
      ),
      remove: os.remove.handler(({ input, context }) => removeProvider(deps, context.actor, input)),
      test: os.test.handler(({ input, context }) => testProvider(deps, context.actor, input)),
    }),
    signInProviders: shown.router({
      list: shown.list.handler(async () => ({ items: await readNames(deps) })),
    }),
  };
}
