import { NativeSelect } from '@mantine/core';
import type { Organisation } from '@muster/contracts';
import { useAction } from '../../actions/use-action.ts';
import { api } from '../../api/client.ts';
import { readPlacesAnew } from './read-places-anew.ts';

type PartnerChoiceProps = {
  readonly organisation: Organisation;
  /** All there are. */
  readonly organisations: readonly Organisation[];
};

/** Which organisation serves this one: the people of that one may do here what they may do there. */
export function PartnerChoice({ organisation, organisations }: PartnerChoiceProps) {
  const { id, name, partnerId, etag } = organisation;
  const served = organisations.filter((other) => other.partnerId === id);
  const possible = organisations.filter((other) => other.id !== id && other.partnerId === null);
  const choose = useAction({
    run: (wanted: Organisation['id'] | null) =>
      api.organisations.setPartner({ orgId: id, partnerId: wanted }, { context: { ifMatch: etag } }),
    said: (saved) => ({
      title: saved.partnerId
        ? `${name} is served by ${organisations.find((other) => other.id === saved.partnerId)?.name}`
        : `${name} has no partner`,
    }),
    failed: () => `Could not change the partner of ${name}`,
    after: readPlacesAnew,
  });
  if (served.length > 0)
    return (
      <NativeSelect
        size="xs"
        label="Partner of"
        aria-label={`${name} is the partner of`}
        data={[served.map((other) => other.name).join(', ')]}
        disabled
      />
    );
  return (
    <NativeSelect
      size="xs"
      label="Served by"
      aria-label={`Partner of ${name}`}
      description="Whoever has a role in all of the partner has it here, too."
      data={[
        { value: '', label: 'nobody else' },
        ...possible.map((other) => ({ value: other.id, label: other.name })),
      ]}
      value={partnerId ?? ''}
      disabled={choose.isPending}
      onChange={(event) =>
        choose.mutate(possible.find((other) => other.id === event.currentTarget.value)?.id ?? null)
      }
    />
  );
}
