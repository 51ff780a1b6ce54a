import { Select } from '@mantine/core';
import type { NewGrant, Role, RoleId } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import type { LineOptions } from '../../actions/muster-line.ts';
import { queries } from '../../api/client.ts';
import { EVERYWHERE, type PlaceChoice, usePlaces } from '../../api/places.ts';

/** A role and where it holds, as a form holds them. */
export type RoleDraft = { readonly role: Role | undefined; readonly place: PlaceChoice };

/** No role, and the widest place. */
export const NO_ROLE: RoleDraft = { role: undefined, place: EVERYWHERE };

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
        allowDeselect={false}
        searchable={places.length > 12}
        data={places.map(({ value, label }) => ({ value, label }))}
        value={draft.place.value}
        onChange={(wanted) =>
          onChange({ ...draft, place: places.find(({ value }) => value === wanted) ?? EVERYWHERE })
        }
      />
    </>
  );
}

/** The grant that the form describes; undefined without a role. */
export function grantOf({ role, place }: RoleDraft): NewGrant | undefined {
  return role && { ...place.place, roleId: role.id as RoleId };
}

/** How the command line says the same. */
export function grantOptions({ role, place: { place, value } }: RoleDraft): LineOptions {
  if (!role) return {};
  const kind = place.groupId ? 'group' : place.siteId ? 'site' : 'org';
  return { role: role.name, ...(place.orgId ? { [kind]: value } : {}) };
}
