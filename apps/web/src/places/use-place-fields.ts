import type { CustomValue, DeviceId, FieldPlaceKind, FieldsOfPlace, OrgId, SiteId } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { api, queries } from '../api/client.ts';

/** Whose values they are: an organisation, a site or a device. */
export type FieldPlace = {
  readonly kind: FieldPlaceKind;
  readonly id: string;
  /** As people and the command line call it. */
  readonly name: string;
};

/** The custom fields as they hold for the place, each with where its value comes from. */
export function usePlaceFields({ kind, id }: FieldPlace) {
  const { ofDevice, ofSite, ofOrganisation } = queries.fields;
  const device = useQuery(
    ofDevice.queryOptions({ input: { deviceId: id as DeviceId }, enabled: kind === 'device' }),
  );
  const site = useQuery(ofSite.queryOptions({ input: { siteId: id as SiteId }, enabled: kind === 'site' }));
  const organisation = useQuery(
    ofOrganisation.queryOptions({ input: { orgId: id as OrgId }, enabled: kind === 'organisation' }),
  );
  return { device, site, organisation }[kind];
}

/** Sets values of the place itself; null takes one away. */
export function setPlaceFields(
  { kind, id }: FieldPlace,
  values: Readonly<Record<string, CustomValue | null>>,
  ifMatch: string,
): Promise<FieldsOfPlace> {
  const context = { context: { ifMatch } };
  switch (kind) {
    case 'device':
      return api.fields.setOfDevice({ deviceId: id as DeviceId, values }, context);
    case 'site':
      return api.fields.setOfSite({ siteId: id as SiteId, values }, context);
    case 'organisation':
      return api.fields.setOfOrganisation({ orgId: id as OrgId, values }, context);
  }
}
