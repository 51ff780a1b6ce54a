import { Anchor, Button } from '@mantine/core';
import type { DeviceRow, DeviceSort } from '@muster/contracts';
import { IconPlus } from '@tabler/icons-react';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { memo, useCallback, useEffect, useEffectEvent } from 'react';
import { nameOf } from '../../actions/lifecycle-actions.ts';
import { api } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { FilterBox } from '../../filter/filter-box.tsx';
import { FilterChips } from '../../filter/filter-chips.tsx';
import { FilterProblem, isFilterProblem } from '../../filter/filter-problem.tsx';
import { inScope } from '../../filter/scope.ts';
import { List } from '../../list/list.tsx';
import { ListOptions } from '../../list/list-options.tsx';
import { pageAfter } from '../../list/read-all.ts';
import { readOn } from '../../list/show-more.tsx';
import { useListSettings } from '../../list/use-list-settings.ts';
import { useSelection } from '../../list/use-selection.ts';
import { useLiveState } from '../../live/live.ts';
import { Empty, Failed, Loading } from '../../parts/outcomes.tsx';
import { AddDevice } from '../enrolment/add-device.tsx';
import { useDeviceColumns } from './device-columns.tsx';
import classes from './devices.module.css';
import { SelectionBar } from './selection-bar.tsx';
import { StateCounts } from './state-counts.tsx';
import { useDevices } from './use-devices.ts';
import { useMoved } from './use-summary.ts';
import { Views } from './views/views.tsx';

const route = getRouteApi('/console/devices');

// Reading on while somebody scrolls, and live rows, draw the list again and nothing above it.
const QuietStateCounts = memo(StateCounts);
const QuietFilterBox = memo(FilterBox);
const QuietFilterChips = memo(FilterChips);

/** Everything one owns, filtered by the text in the URL. */
export function DevicesPage() {
  const { q = '', sort = 'hostname', scope } = route.useSearch();
  const query = inScope(q, scope);
  const navigate = route.useNavigate();
  const apply = useCallback(
    (text: string) =>
      void navigate({
        search: (before) => ({ ...before, q: text === '' ? undefined : text }),
        replace: true,
      }),
    [navigate],
  );
  const order = (name: string) =>
    void navigate({ search: (before) => ({ ...before, sort: name as DeviceSort }), replace: true });
  const devices = useDevices(query, sort);
  const settings = useListSettings('devices', useDeviceColumns(), devices.rows);
  const { pages } = devices;
  const isBadQuery = pages.isError && isFilterProblem(pages.error);
  const mayAdd = useMay('tokens:manage');
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <div className={classes.titleRow}>
          <PageTitle>Devices</PageTitle>
          {mayAdd && (
            <Button
              component={Link}
              to="/enrolment"
              size="xs"
              leftSection={<IconPlus size={15} aria-hidden />}
            >
              Add device
            </Button>
          )}
        </div>
        <QuietStateCounts text={isBadQuery ? '' : q} scope={scope} onApply={apply} />
        <div className={classes.filterRow}>
          <QuietFilterBox text={q} onApply={apply} />
          <Views shownIds={settings.shownIds} showColumns={settings.showColumns} />
          <ListOptions
            name="devices"
            settings={settings}
            readPage={(cursor, signal) => api.devices.list({ query, sort, ...pageAfter(cursor) }, { signal })}
          />
        </div>
        {isBadQuery && <FilterProblem text={q} error={pages.error} onApply={apply} />}
        <QuietFilterChips text={q} onApply={apply} />
      </div>
      {pages.isError && !isBadQuery && <Failed error={pages.error} onRetry={() => void pages.refetch()} />}
      {isBadQuery && <Empty title="The filter cannot be read" text="Mend it above, or clear it." />}
      {pages.isPending && <Loading lines={12} />}
      {pages.data && (
        <Rows
          {...{ query, sort, devices, settings, mayAdd }}
          onSort={order}
          onClear={() => void navigate({ search: {}, replace: true })}
        />
      )}
    </div>
  );
}

type RowsProps = {
  readonly query: string;
  readonly sort: DeviceSort;
  readonly devices: ReturnType<typeof useDevices>;
  readonly settings: ReturnType<typeof useListSettings<DeviceRow>>;
  readonly mayAdd: boolean;
  readonly onSort: (sort: string) => void;
  readonly onClear: () => void;
};

function Rows({ query, sort, devices, settings, mayAdd, onSort, onClear }: RowsProps) {
  const { pages, rows, count, watch } = devices;
  const navigate = useNavigate();
  const selection = useSelection();
  const isStale = useLiveState().name === 'reconnecting';
  const open = useCallback(
    (row: DeviceRow) => void navigate({ to: '/devices/$deviceId', params: { deviceId: row.id } }),
    [navigate],
  );
  const change = useMoved(query);
  const isNew = query === '' && rows.length <= 1 && !pages.hasNextPage;
  return (
    <>
      <Moved {...change} isEmpty={rows.length === 0} onRefresh={() => void pages.refetch()} />
      {selection.ids.size > 0 && <SelectionBar rows={rows} selection={selection} />}
      {rows.length === 0 ? (
        <NoDevices isFiltered={query !== ''} onClear={onClear} />
      ) : (
        <List
          label="Devices"
          {...{ settings, rows, sort, onSort, selection }}
          isStale={isStale || pages.isPlaceholderData}
          rowId={idOf}
          rowName={nameOf}
          onOpen={open}
          total={count?.exact ? count.value : undefined}
          onEndNear={() => readOn(pages)}
          onSeen={watch}
        />
      )}
      {isNew && mayAdd && (
        <div className={classes.addCard}>
          <AddDevice title={rows.length === 0 ? 'Add your first device' : 'Add your next device'} />
        </div>
      )}
      <div className={classes.foot}>
        <span>
          {countText(
            count?.exact
              ? count
              : { value: change.total ?? count?.value ?? rows.length, exact: change.total !== undefined },
          )}
        </span>
        {pages.isFetching && <span role="status">Reading…</span>}
      </div>
    </>
  );
}

const idOf = (row: DeviceRow): string => row.id;

/** A count that did not fit into the first answer comes behind, with the live summary. */
function countText({ value, exact }: { value: number; exact: boolean }): string {
  return `${exact ? '' : '≥ '}${value.toLocaleString()} ${value === 1 ? 'device' : 'devices'}`;
}

function NoDevices({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  if (!isFiltered) {
    return (
      <Empty
        title="No devices yet"
        text="Each machine that enrols appears here by itself, within a second."
      />
    );
  }
  return (
    <Empty title="No device matches" text="The filter and the scope leave nothing over.">
      <Anchor component="button" type="button" onClick={onClear}>
        Show all devices
      </Anchor>
    </Empty>
  );
}

type MovedProps = {
  readonly moved: number;
  readonly reset: () => void;
  readonly isEmpty: boolean;
  readonly onRefresh: () => void;
};

/** The order is that of the moment when the list was read; this says when it is no longer true. */
function Moved({ moved, reset, isEmpty, onRefresh }: MovedProps) {
  const refresh = useEffectEvent(() => {
    reset();
    onRefresh();
  });
  // Nothing can jump under the pointer where nothing is shown.
  useEffect(() => {
    if (moved > 0 && isEmpty) refresh();
  }, [moved, isEmpty]);
  if (moved === 0 || isEmpty) return null;
  return (
    <div className={classes.notice} role="status">
      <span>
        {moved} {moved === 1 ? 'row' : 'rows'} moved
      </span>
      <Button
        size="compact-xs"
        variant="light"
        onClick={() => {
          reset();
          onRefresh();
        }}
      >
        Refresh
      </Button>
    </div>
  );
}
