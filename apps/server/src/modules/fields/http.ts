import { contract } from '@muster/contracts';
import { implement } from '@orpc/server';
import type { RequestContext } from '../../platform/http/index.ts';
import type { FieldsDeps } from './fields-deps.ts';
import { deviceTags } from './tags/device-tags.ts';
import { groupTags, setGroupTags } from './tags/group-tags.ts';
import { createField, listFields, removeField, updateField } from './usecases/definitions.ts';
import { fieldsOf, setFields } from './usecases/values.ts';

const ifMatchOf = ({ headers }: RequestContext) => headers.get('if-match') ?? undefined;

/** Routes of contract.fields. */
export function createFieldRoutes(deps: FieldsDeps) {
  const os = implement(contract.fields).$context<RequestContext>();
  return os.router({
    list: os.list.handler(async ({ input, context }) => ({
      items: await listFields(deps, context.actor, input),
    })),
    create: os.create.handler(({ input, context }) => createField(deps, context.actor, input)),
    update: os.update.handler(({ input, context }) =>
      updateField(deps, context.actor, { ...input, ifMatch: ifMatchOf(context) }),
    ),
    remove: os.remove.handler(({ input, context }) => removeField(deps, context.actor, input)),
    ofDevice: os.ofDevice.handler(({ input, context }) =>
      fieldsOf(deps, context.actor, { kind: 'device', placeId: input.deviceId }),
    ),
    ofSite: os.ofSite.handler(({ input, context }) =>
      fieldsOf(deps, context.actor, { kind: 'site', placeId: input.siteId }),
    ),
    ofOrganisation: os.ofOrganisation.handler(({ input, context }) =>
      fieldsOf(deps, context.actor, { kind: 'organisation', placeId: input.orgId }),
    ),
    setOfDevice: os.setOfDevice.handler(({ input: { deviceId, values }, context }) =>
      setFields(deps, context.actor, {
        kind: 'device',
        placeId: deviceId,
        values,
        ifMatch: ifMatchOf(context),
      }),
    ),
    setOfSite: os.setOfSite.handler(({ input: { siteId, values }, context }) =>
      setFields(deps, context.actor, { kind: 'site', placeId: siteId, values, ifMatch: ifMatchOf(context) }),
    ),
    setOfOrganisation: os.setOfOrganisation.handler(({ input: { orgId, values }, context }) =>
      setFields(deps, context.actor, {
        kind: 'organisation',
        placeId: orgId,
        values,
        ifMatch: ifMatchOf(context),
      }),
    ),
  });
}

/** Routes of contract.tags. */
export function createTagRoutes(deps: FieldsDeps) {
  const os = implement(contract.tags).$context<RequestContext>();
  return os.router({
    ofDevice: os.ofDevice.handler(async ({ input, context }) => ({
      items: await deviceTags(deps, context.actor, input),
    })),
    ofGroup: os.ofGroup.handler(({ input, context }) => groupTags(deps, context.actor, input)),
    setOfGroup: os.setOfGroup.handler(({ input, context }) =>
      setGroupTags(deps, context.actor, { ...input, ifMatch: ifMatchOf(context) }),
    ),
  });
}
