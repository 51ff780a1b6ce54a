import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { queries } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { Empty, Failed, Loading } from '../../parts/outcomes.tsx';
import { Panel } from '../../parts/panel.tsx';
import pageClasses from '../page.module.css';
import { KeyTable } from './key-table.tsx';

const CreateKeyDialog = lazy(() => import('./create-key-dialog.tsx'));

/** API keys of one's own: for scripts, and for nodes that report by themselves. */
export function KeysPage() {
  const read = useQuery(queries.keys.list.queryOptions({ input: {} }));
  const mayCreate = useMay('keys:manage');
  const [isAsked, setAsked] = useState(false);
  const add = mayCreate && <Button onClick={() => setAsked(true)}>Create a key</Button>;
  return (
    <div className={pageClasses.page}>
      <Group justify="space-between" align="start">
        <div>
          <PageTitle>API keys</PageTitle>
          <Text size="sm" c="dimmed">
            A key never allows more than you may do at the moment when it is used.
          </Text>
        </div>
        {add}
      </Group>
      {read.isPending && <Loading lines={4} />}
      {read.isError && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {read.data?.items.length === 0 && (
        <Empty title="No API keys" text="A script sends its key with each request and needs no password." />
      )}
      {read.data && read.data.items.length > 0 && (
        <Panel title="Your keys">
          <KeyTable keys={read.data.items} />
        </Panel>
      )}
      <Suspense>{isAsked && <CreateKeyDialog onClose={() => setAsked(false)} />}</Suspense>
    </div>
  );
}
