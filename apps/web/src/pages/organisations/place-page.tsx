import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { queries } from '../../api/client.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { Empty, Failed, Loading } from '../../parts/outcomes.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { FieldValuesPanel } from '../../places/field-values-panel.tsx';
import { PlacePolicyPanel } from '../../places/place-policy-panel.tsx';
import pageClasses from '../page.module.css';

const route = getRouteApi('/console/organisations/$placeId');

/** One organisation or site: what it says for its devices. */
export function PlacePage() {
  const { placeId } = route.useParams();
  const organisations = useQuery(queries.organisations.list.queryOptions());
  const sites = useQuery(queries.system.sites.queryOptions());
  const failed = [organisations, sites].find(({ isError }) => isError);
  if (failed) return <Failed error={failed.error} onRetry={() => void failed.refetch()} />;
  if (!organisations.data || !sites.data) return <Loading />;
  const site = sites.data.items.find(({ id }) => id === placeId);
  const organisation = organisations.data.items.find(({ id }) => id === (site?.orgId ?? placeId));
  const place = site
    ? ({ kind: 'site', id: site.id, name: site.name } as const)
    : organisation && ({ kind: 'organisation', id: organisation.id, name: organisation.name } as const);
  if (!place)
    return (
      <Empty title="There is no such organisation or site" text="It was removed, or you may not see it.">
        <PageLink to="/organisations">Go to the sites</PageLink>
      </Empty>
    );
  const record = (
    <PageLink to="/organisations/$placeId" params={{ placeId }}>
      Open the {place.kind}
    </PageLink>
  );
  return (
    <div className={pageClasses.page}>
      <div>
        <PageLink to="/organisations">Sites</PageLink>
        <PageTitle>{place.name}</PageTitle>
        <Text size="sm" c="dimmed">
          {site ? `A site of ${organisation?.name ?? 'another organisation'}` : 'An organisation'}
        </Text>
      </div>
      <FieldValuesPanel key={`fields of ${place.id}`} place={place} record={record} />
      <PlacePolicyPanel key={place.id} place={place} record={record} />
    </div>
  );
}
