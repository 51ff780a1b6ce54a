import { NativeSelect, TextInput } from '@mantine/core';
import type { SoftwareTitle } from '@muster/contracts';
import type { Ecosystem } from '@muster/contracts/inventory';
import { IconFilter } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useDeferredValue, useMemo } from 'react';
import { api, queries } from '../../api/client.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { List } from '../../list/list.tsx';
import { ListOptions } from '../../list/list-options.tsx';
import { pageAfter } from '../../list/read-all.ts';
import { readOn } from '../../list/show-more.tsx';
import { useListSettings } from '../../list/use-list-settings.ts';
import { CopyCommand } from '../../parts/copy-line.tsx';
import { Empty, Failed, Loading } from '../../parts/outcomes.tsx';
import listClasses from '../devices/devices.module.css';
import classes from './software.module.css';
import { ECOSYSTEM_TITLES, type SoftwareSearch } from './software-search.ts';
import { TITLE_COLUMNS } from './title-columns.tsx';

const PAGE_ROWS = 200;
const route = getRouteApi('/console/software');

/** What is installed across the fleet. */
export function SoftwarePage() {
  const { search = '', from } = route.useSearch();
  const pages = useTitles(useDeferredValue(search.trim()), from);
  const rows = useMemo(() => pages.data?.pages.flatMap((page) => page.items) ?? [], [pages.data]);
  const settings = useListSettings('titles', TITLE_COLUMNS, rows);
  const navigate = useNavigate();
  return (
    <div className={listClasses.page}>
      <div className={listClasses.head}>
        <div className={listClasses.titleRow}>
          <PageTitle>Software</PageTitle>
          <CopyCommand line={commandLine(search.trim(), from)} />
        </div>
        <div className={listClasses.filterRow}>
          <Filters />
          <ListOptions
            name="software"
            settings={settings}
            readPage={(cursor, signal) => {
              const wanted = { search: search.trim(), ...(from ? { ecosystem: from } : {}) };
              return api.inventory.titles({ ...wanted, ...pageAfter(cursor) }, { signal });
            }}
          />
        </div>
      </div>
      {pages.isPending && <Loading lines={12} />}
      {pages.isError && <Failed error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.data && rows.length === 0 && <NoSoftware isFiltered={search !== '' || from !== undefined} />}
      {rows.length > 0 && (
        <List
          label="Software"
          {...{ settings, rows }}
          isStale={pages.isPlaceholderData}
          rowId={rowKey}
          rowName={({ name }) => name}
          onOpen={({ id }) => void navigate({ to: '/software/$titleId', params: { titleId: String(id) } })}
          total={pages.hasNextPage ? undefined : rows.length}
          onEndNear={() => readOn(pages)}
        />
      )}
      <div className={listClasses.foot}>
        <span>
          {pages.hasNextPage ? '≥ ' : ''}
          {rows.length.toLocaleString()} {rows.length === 1 ? 'title' : 'titles'}
        </span>
      </div>
    </div>
  );
}

function Filters() {
  const { search = '', from } = route.useSearch();
  const navigate = route.useNavigate();
  const apply = (change: SoftwareSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  return (
    <>
      <TextInput
        className={classes.search}
        aria-label="Search software"
        placeholder="Part of a name"
        maxLength={200}
        leftSection={<IconFilter size={15} aria-hidden />}
        value={search}
        onChange={({ currentTarget: { value } }) => apply({ search: value === '' ? undefined : value })}
      />
      <NativeSelect
        aria-label="From"
        value={from ?? ''}
        onChange={({ currentTarget: { value } }) =>
          apply({ from: value === '' ? undefined : (value as Ecosystem) })
        }
        data={[
          { value: '', label: 'From anywhere' },
          ...Object.entries(ECOSYSTEM_TITLES).map(([value, label]) => ({ value, label })),
        ]}
      />
    </>
  );
}

function useTitles(search: string, ecosystem: Ecosystem | undefined) {
  return useInfiniteQuery(
    queries.inventory.titles.infiniteOptions({
      input: (cursor: string | undefined) => ({
        search,
        limit: PAGE_ROWS,
        ...(ecosystem ? { ecosystem } : {}),
        ...(cursor ? { cursor } : {}),
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last) => last.next ?? undefined,
      placeholderData: keepPreviousData,
    }),
  );
}

function NoSoftware({ isFiltered }: { isFiltered: boolean }) {
  return isFiltered ? (
    <Empty title="No software matches" text="No device that you may see has anything called so." />
  ) : (
    <Empty
      title="No software is known yet"
      text="Agents tell of it when they have started, then each six hours, and when they are asked to."
    />
  );
}

const rowKey = ({ id }: SoftwareTitle): string => String(id);

function commandLine(search: string, from: Ecosystem | undefined): string {
  const name = search === '' ? '' : ` '${search.replaceAll("'", "'\\''")}'`;
  return `muster software list${name}${from ? ` --from ${from}` : ''}`;
}
