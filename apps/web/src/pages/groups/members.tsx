import { Button, Table, Text } from '@mantine/core';
import type { Group, GroupDevice } from '@muster/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { musterLine } from '../../actions/muster-line.ts';
import { useAction } from '../../actions/use-action.ts';
import { api, queries } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { ShowMore } from '../../list/show-more.tsx';
import { CopyCommand } from '../../parts/copy-line.tsx';
import { Failed, Loading } from '../../parts/outcomes.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ScrollTable } from '../../parts/scroll-table.tsx';
import { lookOf, StateMark } from '../../parts/state-mark.tsx';
import { readGroupsAnew } from './read-groups-anew.ts';

const PAGE_ROWS = 100;
const LOOK_AGAIN_MS = 5_000;

/** The devices that are in the group itself; those of a static one can be taken out. */
export function Members({ group }: { group: Group }) {
  const mayManage = useMay('groups:manage') && group.kind === 'static';
  const pages = useInfiniteQuery(
    queries.groups.devices.infiniteOptions({
      input: (cursor: string | undefined) => ({
        ...{ groupId: group.id, limit: PAGE_ROWS },
        ...(cursor ? { cursor } : {}),
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last) => last.next ?? undefined,
      refetchInterval: LOOK_AGAIN_MS,
    }),
  );
  const rows: readonly GroupDevice[] = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel title="Devices">
      {!group.settled && (
        <Text size="sm" c="dimmed" role="status">
          The devices that match are being found; this list is not yet whole.
        </Text>
      )}
      {pages.isPending && <Loading lines={4} />}
      {pages.isError && <Failed error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.data && rows.length === 0 && <NoMembers group={group} />}
      {rows.length > 0 && (
        <ScrollTable label="Devices of the group" head={['Device', 'State', ...(mayManage ? [''] : [])]}>
          {rows.map((device) => (
            <Table.Tr key={device.id}>
              <Table.Td>
                <PageLink to="/devices/$deviceId" params={{ deviceId: device.id }}>
                  {device.name}
                </PageLink>
              </Table.Td>
              <Table.Td>
                <StateMark look={lookOf(device)} />
              </Table.Td>
              {mayManage && (
                <Table.Td ta="right">
                  <TakeOut group={group} device={device} />
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </ScrollTable>
      )}
      <ShowMore of={pages} />
    </Panel>
  );
}

function TakeOut({ group, device }: { group: Group; device: GroupDevice }) {
  const members = { groupId: group.id, deviceIds: [device.id] };
  const putBack = useAction({
    run: () => api.groups.add(members),
    said: () => ({ title: `${device.name} is in ${group.name} again` }),
    failed: () => `Could not put ${device.name} back into ${group.name}`,
    after: readGroupsAnew,
  });
  const take = useAction({
    run: () => api.groups.take(members),
    said: () => ({
      title: `${device.name} is out of ${group.name}`,
      record: (
        <Button size="compact-xs" variant="default" onClick={() => putBack.mutate()}>
          Put it back
        </Button>
      ),
    }),
    failed: () => `Could not take ${device.name} out of ${group.name}`,
    after: readGroupsAnew,
  });
  return (
    <>
      <CopyCommand line={musterLine('groups take', [group.name, device.name])} />
      <Button
        size="compact-xs"
        variant="default"
        loading={take.isPending}
        onClick={() => take.mutate()}
        aria-label={`Take ${device.name} out`}
      >
        Take out
      </Button>
    </>
  );
}

function NoMembers({ group }: { group: Group }) {
  return (
    <Text size="sm" c="dimmed">
      {group.kind === 'smart' ? (
        'No device matches now. The first one that does enters within a second.'
      ) : (
        <>
          None yet. Select some in the <PageLink to="/devices">list of devices</PageLink> and choose “Add to
          group”.
        </>
      )}
    </Text>
  );
}
