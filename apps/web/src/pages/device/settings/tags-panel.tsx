import { Table, Text } from '@mantine/core';
import type { Device } from '@muster/contracts';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../../../api/client.ts';
import { CopyCommand } from '../../../parts/copy-line.tsx';
import { Failed, Loading } from '../../../parts/outcomes.tsx';
import { PageLink } from '../../../parts/page-link.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { ScrollTable } from '../../../parts/scroll-table.tsx';

/** Groups give and take tags while the page is open. */
const LOOK_AGAIN_MS = 5_000;

/** The tags of the device, where each comes from, and what it overrode. */
export function TagsPanel({ device }: { device: Device }) {
  const read = useQuery(
    queries.tags.ofDevice.queryOptions({ input: { deviceId: device.id }, refetchInterval: LOOK_AGAIN_MS }),
  );
  const items = read.data?.items ?? [];
  return (
    <Panel title="Where tags come from" aside={<CopyCommand line={`muster tags show ${device.id}`} />}>
      {read.isPending && <Loading lines={2} />}
      {read.isError && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {read.data && items.length === 0 && (
        <Text size="sm" c="dimmed">
          It has none. They are set above, for many devices in the list of devices, or by a smart group.
        </Text>
      )}
      {items.length > 0 && (
        <ScrollTable label="Tags of this device" head={['Tag', 'From', 'Overrides']}>
          {items.map(({ key, value, origin, overrode }) => (
            <Table.Tr key={key}>
              <Table.Td ff="monospace">{`${key}=${value}`}</Table.Td>
              <Table.Td>
                {origin.kind === 'hand' ? (
                  'set by hand'
                ) : (
                  <PageLink to="/groups/$groupId" params={{ groupId: origin.groupId }}>
                    Group {origin.groupName}
                  </PageLink>
                )}
              </Table.Td>
              <Table.Td>
                {overrode.map((one) => `${one.value} (Group ${one.groupName})`).join(', ') || '–'}
              </Table.Td>
            </Table.Tr>
          ))}
        </ScrollTable>
      )}
    </Panel>
  );
}
