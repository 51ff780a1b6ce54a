import { Group, SegmentedControl, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queries } from '../../api/client.ts';
import { Empty, Failed, Loading } from '../../parts/outcomes.tsx';
import pageClasses from '../page.module.css';
import { ApprovalPanel } from './approval-panel.tsx';

const SHOWN = 100;

/** What waits for a second person: mine, and what I may decide. */
export function ApprovalsPage() {
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
        <Title order={1}>Approvals</Title>
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
        />
      )}
      <Stack>
        {items.map((approval) => (
          <ApprovalPanel key={approval.id} approval={approval} />
        ))}
      </Stack>
    </div>
  );
}
