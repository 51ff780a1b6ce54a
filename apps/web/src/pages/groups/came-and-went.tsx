import { Table, Text } from '@mantine/core';
import type { Group } from '@muster/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { musterLine } from '../../actions/muster-line.ts';
import { queries } from '../../api/client.ts';
import { ShowMore } from '../../list/show-more.tsx';
import { CopyCommand } from '../../parts/copy-line.tsx';
import { Failed, Loading } from '../../parts/outcomes.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ScrollTable } from '../../parts/scroll-table.tsx';
import { When } from '../../parts/when.tsx';

const PAGE_ROWS = 20;
const LOOK_AGAIN_MS = 5_000;

/** Who entered a smart group and who left it, the newest first. */
export function CameAndWent({ group }: { group: Group }) {
  const pages = useInfiniteQuery(
    queries.groups.changes.infiniteOptions({
      input: (cursor: string | undefined) => ({
        ...{ groupId: group.id, limit: PAGE_ROWS },
        ...(cursor ? { cursor } : {}),
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last) => last.next ?? undefined,
      refetchInterval: LOOK_AGAIN_MS,
    }),
  );
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel title="Who came and went">
      <CopyCommand line={musterLine('groups changes', [group.name])} />
      {pages.isPending && <Loading lines={3} />}
      {pages.isError && <Failed error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.data && rows.length === 0 && (
        <Text size="sm" c="dimmed">
          Nobody yet.
        </Text>
      )}
      {rows.length > 0 && (
        <ScrollTable label="Who came and went" head={['When', 'What', 'Device']}>
          {rows.map((row) => (
            <Table.Tr key={`${row.at} ${row.change} ${row.deviceId}`}>
              <Table.Td>
                <When at={row.at} />
              </Table.Td>
              <Table.Td>{row.change === 'entered' ? 'Entered' : 'Left'}</Table.Td>
              <Table.Td>
                <PageLink to="/devices/$deviceId" params={{ deviceId: row.deviceId }}>
                  {row.deviceName}
                </PageLink>
              </Table.Td>
            </Table.Tr>
          ))}
        </ScrollTable>
      )}
      <ShowMore of={pages} />
    </Panel>
  );
}
