import { Group, SegmentedControl, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queries } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { Empty, Failed, Loading } from '../../parts/outcomes.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import pageClasses from '../page.module.css';
import { ApprovalPanel } from './approval-panel.tsx';

const SHOWN = 100;

/** What waits for a second person: mine, and what I may decide. */
export function ApprovalsPage() {
  const mayReadSettings = useMay('system:read');
  const [which, setWhich] = useState<'open' | 'all'>('open');
  const read = useQuery(
    queries.approvals.list.queryOptions({ input: { limit: SHOWN }, refetchInterval: 15_000 }),
  );
  const items = (read.data?.items ?? []).filter(
    ({ state }) => which === 'all' || state === 'pending' || state === 'approved',
  );
  return (
    <div className={pageClasses.page}>
      <Group justify="space-between">
        <PageTitle>Approvals</PageTitle>
        <SegmentedControl
          size="xs"
          aria-label="Which requests"
          value={which}
          onChange={(value) => setWhich(value as 'open' | 'all')}
          data={[
            { value: 'open', label: 'Open' },
            { value: 'all', label: 'All' },
          ]}
        />
      </Group>
      {read.isPending && <Loading />}
      {read.isError && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {read.isSuccess && items.length === 0 && (
        <Empty
          title="Nothing waits for a second person"
          text="What needs one is a setting: “What needs a second person”."
        >
          {mayReadSettings && <PageLink to="/settings">Go to the settings</PageLink>}
        </Empty>
      )}
      <Stack>
        {items.map((approval) => (
          <ApprovalPanel key={approval.id} approval={approval} />
        ))}
      </Stack>
    </div>
  );
}
