import { Button, Group, Text, TextInput } from '@mantine/core';
import type { Organisation, Site } from '@muster/contracts';
import { IconFilter } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { queries } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { Empty, Failed, Loading } from '../../parts/outcomes.tsx';
import pageClasses from '../page.module.css';
import { OrganisationPanel } from './organisation-panel.tsx';
import { useFoundPlaces } from './use-found-places.ts';

const OrganisationDialog = lazy(() => import('./organisation-dialog.tsx'));
const SiteDialog = lazy(() => import('./site-dialog.tsx'));

/** What is being made or changed: an organisation, or a site of one. */
type Asked =
  | { readonly kind: 'organisation'; readonly id: Organisation['id'] | undefined }
  | { readonly kind: 'site'; readonly orgId: Organisation['id']; readonly id: Site['id'] | undefined };

/** With more organisations than these one looks for one by name. */
const MOST_ROLLED = 5;
const NONE: readonly never[] = [];

/** Organisations and their sites; with a single organisation, its sites alone. */
export function OrganisationsPage() {
  const organisations = useQuery(queries.organisations.list.queryOptions());
  const sites = useQuery(queries.system.sites.queryOptions());
  const mayCreate = useMay('organisations:create');
  const [asked, setAsked] = useState<Asked>();
  const rows = organisations.data?.items ?? NONE;
  const places = useFoundPlaces(rows, sites.data?.items ?? NONE);
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
      {rows.length > MOST_ROLLED && <Search {...places} />}
      {sites.data &&
        places.found.map(({ organisation, sites: own }) => (
          <OrganisationPanel
            key={organisation.id}
            organisation={organisation}
            sites={own}
            organisations={rows}
            onRename={() => setAsked({ kind: 'organisation', id: organisation.id })}
            onSite={(id) => setAsked({ kind: 'site', orgId: organisation.id, id })}
          />
        ))}
      {places.found.length < places.count && (
        <Button variant="default" w="fit-content" onClick={places.showAll}>
          Show all {places.count.toLocaleString()} organisations
        </Button>
      )}
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

function Search({ typed, search, count }: ReturnType<typeof useFoundPlaces>) {
  return (
    <>
      <Group gap="sm">
        <TextInput
          w={320}
          maw="100%"
          aria-label="Search organisations and sites"
          placeholder="Name of an organisation or site"
          leftSection={<IconFilter size={15} aria-hidden />}
          value={typed}
          onChange={({ currentTarget: { value } }) => search(value)}
        />
        <Text size="sm" c="dimmed" role="status">
          {count.toLocaleString()} {count === 1 ? 'organisation' : 'organisations'}
        </Text>
      </Group>
      {count === 0 && <Empty title="Nothing is called that" text="Any part of a name finds it." />}
    </>
  );
}
