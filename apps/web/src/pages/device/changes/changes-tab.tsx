import { NativeSelect, SegmentedControl, Table, Text, TextInput } from '@mantine/core';
import type { Device, InventoryChange } from '@muster/contracts';
import type { InventoryCategory } from '@muster/contracts/inventory';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { queries } from '../../../api/client.ts';
import { ShowMore } from '../../../list/show-more.tsx';
import { live } from '../../../live/live.ts';
import { BeforeAfter } from '../../../parts/changes/before-after.tsx';
import { ChangeMark } from '../../../parts/changes/change-mark.tsx';
import { CopyCommand } from '../../../parts/copy-line.tsx';
import { Empty, Failed, Loading } from '../../../parts/outcomes.tsx';
import { PageLink } from '../../../parts/page-link.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { ScrollTable } from '../../../parts/scroll-table.tsx';
import { When } from '../../../parts/when.tsx';
import pageClasses from '../../page.module.css';
import { useDevice } from '../use-device.ts';
import classes from './changes.module.css';
import { CATEGORY_TITLES, type ChangesSearch, SPANS, sinceMoment } from './changes-search.ts';

const route = getRouteApi('/console/devices/$deviceId/changes');
const PAGE_ROWS = 100;
const LOOK_AGAIN_MS = 15_000;

/** What changed on the machine since a moment, before and after. */
export function ChangesTab() {
  const device = useDevice().data;
  return device ? <Changes device={device} /> : <Loading />;
}

function Changes({ device }: { device: Device }) {
  const { since = '7d', category } = route.useSearch();
  const from = useMemo(() => sinceMoment(since, live.serverNow()), [since]);
  const pages = useChanges(device, from, category);
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const option = category ? ` --category ${category}` : '';
  return (
    <div className={pageClasses.page}>
      <div className={classes.tools}>
        <Since />
        <CopyCommand line={`muster changes ${device.id} --since ${since}${option}`} />
      </div>
      {pages.isPending && <Loading />}
      {pages.isError && <Failed error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.data && rows.length === 0 && (
        <Empty
          title="Nothing changed"
          text="Each look at the machine since then found what the one before did. The first one is no change."
        />
      )}
      {rows.length > 0 && (
        <Panel title="What changed">
          <ChangeTable rows={rows} />
          <ShowMore of={pages} label="Show older" />
        </Panel>
      )}
    </div>
  );
}

function Since() {
  const { since = '7d', category } = route.useSearch();
  const navigate = route.useNavigate();
  const apply = (change: ChangesSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const isSpan = Object.hasOwn(SPANS, since);
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label="Since"
        data={[
          { value: '1d', label: '24 h' },
          { value: '7d', label: '7 d' },
          { value: '30d', label: '30 d' },
          { value: '400d', label: 'All' },
        ]}
        value={isSpan ? since : ''}
        onChange={(value) => apply({ since: value })}
      />
      <TextInput
        size="xs"
        type="date"
        aria-label="Since the day"
        value={isSpan ? '' : since}
        onChange={({ currentTarget: { value } }) => apply({ since: value === '' ? undefined : value })}
      />
      <NativeSelect
        size="xs"
        aria-label="Category"
        value={category ?? ''}
        onChange={({ currentTarget: { value } }) =>
          apply({ category: value === '' ? undefined : (value as InventoryCategory) })
        }
        data={[
          { value: '', label: 'All categories' },
          ...Object.entries(CATEGORY_TITLES).map(([value, label]) => ({ value, label })),
        ]}
      />
    </>
  );
}

function ChangeTable({ rows }: { rows: readonly InventoryChange[] }) {
  return (
    <ScrollTable label="What changed" head={['When', 'What', 'Name', 'Before and after', 'Category']}>
      {rows.map((row) => (
        <Table.Tr key={row.id}>
          <Table.Td className={classes.when}>
            <When at={row.at} />
          </Table.Td>
          <Table.Td>
            <ChangeMark change={row.change} />
          </Table.Td>
          <Table.Td className={classes.name}>
            <Name row={row} />
          </Table.Td>
          <Table.Td>
            <BeforeAfter before={row.before} after={row.after} />
          </Table.Td>
          <Table.Td>
            {CATEGORY_TITLES[row.category]}
            {row.category !== 'software' && row.kind !== row.category && (
              <Text span size="xs" c="dimmed">
                {' '}
                {row.kind}
              </Text>
            )}
          </Table.Td>
        </Table.Tr>
      ))}
    </ScrollTable>
  );
}

function Name({ row: { titleId, key, before, after } }: { row: InventoryChange }) {
  const name = String(after?.name ?? before?.name ?? key);
  if (titleId === null) return name;
  return (
    <PageLink to="/software/$titleId" params={{ titleId: String(titleId) }}>
      {name}
    </PageLink>
  );
}

function useChanges({ id: deviceId }: Device, since: string, category: InventoryCategory | undefined) {
  return useInfiniteQuery(
    queries.inventory.changes.infiniteOptions({
      input: (cursor: string | undefined) => ({
        deviceId,
        since,
        limit: PAGE_ROWS,
        ...(category ? { category } : {}),
        ...(cursor ? { cursor } : {}),
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last) => last.next ?? undefined,
      refetchInterval: LOOK_AGAIN_MS,
    }),
  );
}
