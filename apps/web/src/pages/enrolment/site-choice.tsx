import { Select } from '@mantine/core';
import type { Site, SiteId } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/client.ts';
import { useRememberedScope } from '../../filter/scope.ts';

/** The sites that a machine can come to, and the one that the scope switcher says; none where there is but one site. */
export function useSiteChoice() {
  const sites = useQuery(queries.system.sites.queryOptions()).data?.items ?? [];
  const organisations = useQuery(queries.organisations.list.queryOptions()).data?.items ?? [];
  const [scope] = useRememberedScope();
  const nameOf = (orgId: Site['orgId']) => organisations.find(({ id }) => id === orgId)?.name;
  const choices = sites.map(({ id, orgId, name }) => ({
    value: id,
    label: organisations.length > 1 ? `${nameOf(orgId) ?? 'another organisation'} › ${name}` : name,
  }));
  return {
    choices: choices.length > 1 ? choices : [],
    byScope: choices.find(({ value }) => scope === `site:${value}`)?.value,
  };
}

type SiteChoiceProps = {
  readonly choices: readonly { readonly value: SiteId; readonly label: string }[];
  readonly value: SiteId | undefined;
  readonly onChange: (siteId: SiteId | undefined) => void;
};

/** Where the machine will stand; only a person knows, where there is more than one site. */
export function SiteChoice({ choices, value, onChange }: SiteChoiceProps) {
  return (
    <Select
      label="Site"
      placeholder="Where the machine will stand"
      required
      searchable
      maw={620}
      data={[...choices]}
      value={value ?? null}
      onChange={(wanted) => onChange(choices.find((one) => one.value === wanted)?.value)}
    />
  );
}
