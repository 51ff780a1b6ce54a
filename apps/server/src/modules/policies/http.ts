import { contract } from '@muster/contracts';
import { POLICY_FIELDS, PolicyField } from '@muster/contracts/policies';
import { implement } from '@orpc/server';
import type { RequestContext } from '../../platform/http/index.ts';
import type { PolicyDeps } from './policy-deps.ts';
import { previewPolicy } from './usecases/preview-policy.ts';
import { effectivePolicy, getPolicy, listAll } from './usecases/read-policies.ts';
import { setPolicy } from './usecases/set-policy.ts';

/** Routes of contract.policies. */
export function createPolicyRoutes(deps: PolicyDeps) {
  const os = implement(contract.policies).$context<RequestContext>();
  return os.router({
    fields: os.fields.handler(() => ({
      items: PolicyField.options.map((field) => ({
        ...POLICY_FIELDS[field],
        field,
        moves: [...POLICY_FIELDS[field].moves],
      })),
    })),
    list: os.list.handler(async ({ context }) => ({ items: await listAll(deps, context.actor) })),
    get: os.get.handler(({ input, context }) => getPolicy(deps, context.actor, input)),
    set: os.set.handler(({ input, context }) =>
      setPolicy(deps, context.actor, { ...input, ifMatch: context.headers.get('if-match') ?? undefined }),
    ),
    preview: os.preview.handler(({ input, context }) => previewPolicy(deps, context.actor, input)),
    effective: os.effective.handler(({ input, context }) => effectivePolicy(deps, context.actor, input)),
  });
}
