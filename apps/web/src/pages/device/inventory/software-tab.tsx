import { TextInput } from '@mantine/core';
import type { Device, DeviceId, InstalledSoftware } from '@muster/contracts';
import { IconFilter } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useDeferredValue, useMemo, useState } from 'react';
import { api, queries } from '../../../api/client.ts';
import { List } from '../../../list/list.tsx';
import { ListOptions } from '../../../list/list-options.tsx';
import { pageAfter } from '../../../list/read-all.ts';
import { readOn } from '../../../list/show-more.tsx';
import { useListSettings } from '../../../list/use-list-settings.ts';
import { Empty, Failed, Loading } from '../../../parts/outcomes.tsx';
import { useDevice } from '../use-device.ts';
import { CategoryAge } from './category-age.tsx';
import classes from './inventory.module.css';
import { SOFTWARE_COLUMNS, whoHas } from './software-columns.tsx';
import { useCategoryState } from './use-inventory.ts';

const PAGE_ROWS = 200;

/** What is installed on the machine. */
export function SoftwareTab() {
  const device = useDevice().data;
  return device ? <Software device={device} /> : <Loading />;
}

function Software({ device }: { device: Device }) {
  const navigate = useNavigate();
  const [search, setSearch] = useState('');
  const { read, state } = useCategoryState(device.id, 'software');
  const { pages, rows } = useSoftware(device.id, useDeferredValue(search.trim()), state?.receivedAt);
  const settings = useListSettings('software', SOFTWARE_COLUMNS, rows);
  if (read.isPending) return <Loading />;
  if (read.isError) return <Failed error={read.error} onRetry={() => void read.refetch()} />;
  return (
    <div className={classes.software}>
      <div className={classes.tools}>
        <CategoryAge device={device} category="software" state={state} />
        <div className={classes.filterRow}>
          <TextInput
            className={classes.filter}
            aria-label="Filter software"
            placeholder="Name"
            maxLength={200}
            leftSection={<IconFilter size={15} aria-hidden />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
          <ListOptions
            name={`software-${device.hostname}`}
            settings={settings}
            readPage={(cursor, signal) => {
              const wanted = { deviceId: device.id, search: search.trim() };
              return api.inventory.software({ ...wanted, ...pageAfter(cursor) }, { signal });
            }}
          />
        </div>
      </div>
      {pages.isPending && state !== undefined && <Loading />}
      {pages.isError && <Failed error={pages.error} onRetry={() => void pages.refetch()} />}
      {(state === undefined || (pages.data && rows.length === 0)) && (
        <NoSoftware isKnown={state !== undefined} />
      )}
      {rows.length > 0 && (
        <List
          label="Software"
          {...{ settings, rows }}
          rowId={rowKey}
          rowName={({ name, version }) => `${name} ${version}`}
          onOpen={(row) => void navigate({ to: '/devices', search: { q: whoHas(row) } })}
          total={search === '' ? state?.items : undefined}
          onEndNear={() => readOn(pages)}
        />
      )}
    </div>
  );
}

function useSoftware(deviceId: DeviceId, search: string, receivedAt: string | undefined) {
  const options = queries.inventory.software.infiniteOptions({
    input: (cursor: string | undefined) => ({
      deviceId,
      search,
      limit: PAGE_ROWS,
      ...(cursor ? { cursor } : {}),
    }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
    enabled: receivedAt !== undefined,
  });
  const pages = useInfiniteQuery({ ...options, queryKey: [...options.queryKey, receivedAt] });
  const rows = useMemo(() => pages.data?.pages.flatMap((page) => page.items) ?? [], [pages.data]);
  return { pages, rows };
}

function NoSoftware({ isKnown }: { isKnown: boolean }) {
  return isKnown ? (
    <Empty title="No software matches" text="The filter leaves nothing over, or the device found none." />
  ) : (
    <Empty
      title="Nothing is known yet"
      text="The agent looks when it has started, then each six hours, and when it is asked to."
    />
  );
}

function rowKey({ titleId, version, arch }: InstalledSoftware): string {
  return `${titleId} ${arch} ${version}`;
}
