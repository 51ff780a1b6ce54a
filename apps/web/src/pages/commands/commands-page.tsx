import { Anchor, Group, Select } from '@mantine/core';
import type { Command, CommandState, DeviceId } from '@muster/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { commandTitle, hasEnded } from '../../actions/follow-command.ts';
import { api, queries } from '../../api/client.ts';
import { COMMAND_STATES } from '../../api/contract.gen.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { List } from '../../list/list.tsx';
import { ListOptions } from '../../list/list-options.tsx';
import { pageAfter } from '../../list/read-all.ts';
import { readOn } from '../../list/show-more.tsx';
import { useListSettings } from '../../list/use-list-settings.ts';
import { useLiveState } from '../../live/live.ts';
import { commandWord } from '../../parts/command-mark.tsx';
import { Empty, Failed, Loading } from '../../parts/outcomes.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { NamedDevice } from '../device/named-device.tsx';
import classes from '../devices/devices.module.css';
import { COMMAND_COLUMNS } from './command-columns.tsx';

const route = getRouteApi('/console/commands');
const POLL_MS = 2_000;

/** Everything that was asked of devices, newest first. */
export function CommandsPage() {
  const { state, device } = route.useSearch();
  const navigate = useNavigate();
  const filter = route.useNavigate();
  const wanted = { ...(state ? { state } : {}), ...(device ? { deviceId: device as DeviceId } : {}) };
  const commands = useInfiniteQuery(
    queries.commands.list.infiniteOptions({
      input: (cursor: string | undefined) => ({
        ...wanted,
        limit: 100,
        ...(cursor ? { cursor } : {}),
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last) => last.next ?? undefined,
      // There is no live view of the whole ledger: while something is open, it is read again.
      refetchInterval: ({ state: { data } }) =>
        data?.pages.some((page) => page.items.some((one) => !hasEnded(one))) ? POLL_MS : false,
    }),
  );
  const rows = useMemo(() => commands.data?.pages.flatMap((page) => page.items) ?? [], [commands.data]);
  const settings = useListSettings<Command>('commands', COMMAND_COLUMNS, rows);
  const isStale = useLiveState().name === 'reconnecting';
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <div className={classes.titleRow}>
          <PageTitle>Commands</PageTitle>
          <Group gap={8}>
            <ListOptions
              name="commands"
              settings={settings}
              readPage={(cursor, signal) =>
                api.commands.list({ ...wanted, ...pageAfter(cursor) }, { signal })
              }
            />
          </Group>
        </div>
        <div className={classes.filterRow}>
          <Select
            aria-label="State"
            placeholder="Any state"
            clearable
            clearButtonProps={{ 'aria-label': 'Any state' }}
            data={COMMAND_STATES.map((one) => ({ value: one, label: commandWord(one) }))}
            value={state ?? null}
            onChange={(value) =>
              void filter({
                search: (before) => ({ ...before, state: (value as CommandState | null) ?? undefined }),
              })
            }
          />
          {device && (
            <Group gap={8}>
              <span>
                Of <NamedDevice deviceId={device as DeviceId} otherwise="one device" />
              </span>
              <Anchor
                component="button"
                size="sm"
                onClick={() => void filter({ search: (before) => ({ ...before, device: undefined }) })}
              >
                Of all devices
              </Anchor>
            </Group>
          )}
        </div>
      </div>
      {commands.isPending && <Loading lines={10} />}
      {commands.isError && <Failed error={commands.error} onRetry={() => void commands.refetch()} />}
      {commands.data && rows.length === 0 && !(state || device) && (
        <Empty
          title="No commands"
          text="What is asked of a device, such as ending a process, is recorded here."
        />
      )}
      {commands.data && rows.length === 0 && (state || device) && (
        <Empty title="No command matches" text="No command of that device or in that state is recorded.">
          <PageLink to="/commands">Show all commands</PageLink>
        </Empty>
      )}
      {rows.length > 0 && (
        <List
          label="Commands"
          {...{ settings, rows, isStale }}
          rowId={({ id }) => id}
          rowName={({ name, deviceName }) => `${commandTitle(name)} on ${deviceName}`}
          onOpen={({ id }) => void navigate({ to: '/commands/$commandId', params: { commandId: id } })}
          total={undefined}
          onEndNear={() => readOn(commands)}
        />
      )}
    </div>
  );
}
