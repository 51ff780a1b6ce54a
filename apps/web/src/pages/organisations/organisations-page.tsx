import { Button, Group, Text } from '@mantine/core';
import type { Organisation, Site } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { queries } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { Failed, Loading } from '../../parts/outcomes.tsx';
import pageClasses from '../page.module.css';
import { OrganisationPanel } from './organisation-panel.tsx';

const OrganisationDialog = lazy(() => import('./organisation-dialog.tsx'));
const SiteDialog = lazy(() => import('./site-dialog.tsx'));

/** What is being made or changed: an organisation, or a site of one. */
type Asked =
  | { readonly kind: 'organisation'; readonly id: Organisation['id'] | undefined }
  | { readonly kind: 'site'; readonly orgId: Organisation['id']; readonly id: Site['id'] | undefined };

/** Organisations and their sites; with a single organisation, its sites alone. */
export function OrganisationsPage() {
  const organisations = useQuery(queries.organisations.list.queryOptions());
  const sites = useQuery(queries.system.sites.queryOptions());
  const mayCreate = useMay('organisations:create');
  const [asked, setAsked] = useState<Asked>();
  const rows = organisations.data?.items ?? [];
  const isSingle = rows.length === 1;
  const failed = [organisations, sites].find(({ isError }) => isError);
  return (
    <div className={pageClasses.page}>
      <Group justify="space-between" align="start">
        <div>
          <PageTitle>{isSingle ? 'Sites' : 'Organisations and sites'}</PageTitle>
          <Text size="sm" c="dimmed">
            Where devices stand, with the time zone and the contact of each place.
          </Text>
        </div>
        {mayCreate && (
          <Button
            variant={isSingle ? 'subtle' : 'filled'}
            onClick={() => setAsked({ kind: 'organisation', id: undefined })}
          >
            Add an organisation
          </Button>
        )}
      </Group>
      {(organisations.isPending || sites.isPending) && <Loading lines={5} />}
      {failed && <Failed error={failed.error} onRetry={() => void failed.refetch()} />}
      {sites.data &&
        rows.map((organisation) => (
          <OrganisationPanel
            key={organisation.id}
            organisation={organisation}
            sites={sites.data.items.filter(({ orgId }) => orgId === organisation.id)}
            organisations={rows}
            onRename={() => setAsked({ kind: 'organisation', id: organisation.id })}
            onSite={(id) => setAsked({ kind: 'site', orgId: organisation.id, id })}
          />
        ))}
      <Suspense>
        {asked?.kind === 'organisation' && (
          <OrganisationDialog
            organisation={rows.find(({ id }) => id === asked.id)}
            onClose={() => setAsked(undefined)}
          />
        )}
        {asked?.kind === 'site' && (
          <SiteDialog
            orgId={asked.orgId}
            site={sites.data?.items.find(({ id }) => id === asked.id)}
            onClose={() => setAsked(undefined)}
          />
        )}
      </Suspense>
    </div>
  );
}
