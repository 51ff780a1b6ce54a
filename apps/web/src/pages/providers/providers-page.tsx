import { Button, Group, Text } from '@mantine/core';
import type { Provider, ProviderKind } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { queries } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { Empty, Failed, Loading } from '../../parts/outcomes.tsx';
import pageClasses from '../page.module.css';
import { ProviderPanel } from './provider-panel.tsx';

const ProviderDialog = lazy(() => import('./provider-dialog.tsx'));

type Asked = { readonly provider: Provider | undefined; readonly kind: ProviderKind };

/** OpenID Connect providers and directories by which people sign in. */
export function ProvidersPage() {
  const read = useQuery(queries.providers.list.queryOptions());
  const may = useMay('providers:manage');
  const [asked, setAsked] = useState<Asked>();
  return (
    <div className={pageClasses.page}>
      <Group justify="space-between" align="start">
        <div>
          <PageTitle>Sign-in providers</PageTitle>
          <Text size="sm" c="dimmed">
            Whoever decides what a provider is can sign in as anybody who uses it.
          </Text>
        </div>
        {may && (
          <Group gap={8}>
            <Button variant="default" onClick={() => setAsked({ provider: undefined, kind: 'ldap' })}>
              Add a directory
            </Button>
            <Button onClick={() => setAsked({ provider: undefined, kind: 'oidc' })}>
              Add an OpenID provider
            </Button>
          </Group>
        )}
      </Group>
      {read.isPending && <Loading lines={5} />}
      {read.isError && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {read.data?.items.length === 0 && (
        <Empty
          title="No sign-in providers"
          text="People sign in with passwords of this server. With a provider they use the account that they have already."
        />
      )}
      {read.data?.items.map((provider) => (
        <ProviderPanel
          key={provider.id}
          provider={provider}
          onEdit={(one) => setAsked({ provider: one, kind: one.kind })}
        />
      ))}
      <Suspense>{asked && <ProviderDialog {...asked} onClose={() => setAsked(undefined)} />}</Suspense>
    </div>
  );
}
