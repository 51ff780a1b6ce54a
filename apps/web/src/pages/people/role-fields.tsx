import { Select } from '@mantine/core';
import type { NewGrant, Role, RoleId } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { LineOptions } from '../../actions/muster-line.ts';
import { queries } from '../../api/client.ts';
import { EVERYWHERE, type PlaceChoice, usePlaces } from '../../api/places.ts';
import { useOrganisationNames } from '../../api/use-organisation-names.ts';
import { useRememberedScope } from '../../filter/scope.ts';

/** A role and where it holds, as a form holds them; undefined for what was not chosen. */
type RoleDraft = { readonly role: Role | undefined; readonly place: PlaceChoice | undefined };

/**
 * No role yet. Where it is to hold is what the scope switcher says; otherwise, of several organisations nobody is given
 * all of them because a box was left as it stood.
 */
export function useRoleDraft() {
  const [draft, setDraft] = useState<RoleDraft>({ role: undefined, place: undefined });
  const hasSeveral = useOrganisationNames() !== undefined;
  const places = usePlaces();
  const [scope] = useRememberedScope();
  const inScope = places.find(({ value }) => scope === `org:${value}` || scope === `site:${value}`);
  const place = draft.place ?? inScope ?? (hasSeveral ? undefined : EVERYWHERE);
  return { draft: { ...draft, place }, setDraft };
}

type RoleFieldsProps = {
  readonly draft: RoleDraft;
  readonly onChange: (draft: RoleDraft) => void;
  readonly isRequired: boolean;
};

/** Which role, and where. */
export function RoleFields({ draft, onChange, isRequired }: RoleFieldsProps) {
  const roles = useQuery(queries.access.roles.queryOptions()).data?.items ?? [];
  const places = usePlaces();
  return (
    <>
      <Select
        label="Role"
        description={
          draft.role?.description || (isRequired ? 'What they may do' : 'It can be given later, too')
        }
        required={isRequired}
        clearable={!isRequired}
        clearButtonProps={{ 'aria-label': 'No role' }}
        allowDeselect={false}
        data={roles.map(({ id, name }) => ({ value: id, label: name }))}
        value={draft.role?.id ?? null}
        onChange={(wanted) => onChange({ ...draft, role: roles.find(({ id }) => id === wanted) })}
      />
      <Select
        label="Where"
        description="You can give what you have there yourself"
        placeholder="An organisation, a site, a group, or everywhere"
        required={isRequired || draft.role !== undefined}
        allowDeselect={false}
        searchable={places.length > 12}
        data={places.map(({ value, label }) => ({ value, label }))}
        value={draft.place?.value ?? null}
        onChange={(wanted) => onChange({ ...draft, place: places.find(({ value }) => value === wanted) })}
      />
    </>
  );
}

/** The grant that the form describes; undefined without a role, or without where. */
export function grantOf({ role, place }: RoleDraft): NewGrant | undefined {
  return role && place && { ...place.place, roleId: role.id as RoleId };
}

/** How the command line says the same. */
export function grantOptions({ role, place: chosen }: RoleDraft): LineOptions {
  if (!role || !chosen) return {};
  const { place, value } = chosen;
  const kind = place.groupId ? 'group' : place.siteId ? 'site' : 'org';
  return { role: role.name, ...(place.orgId ? { [kind]: value } : {}) };
}
