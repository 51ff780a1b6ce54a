import { Switch, TextInput } from '@mantine/core';
import type { Device } from '@muster/contracts';
import { IconFilter } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useMay } from '../../../api/session.ts';
import { List } from '../../../list/list.tsx';
import { ListOptions } from '../../../list/list-options.tsx';
import { useListSettings } from '../../../list/use-list-settings.ts';
import { Empty, Failed, Loading } from '../../../parts/outcomes.tsx';
import { useDevice } from '../use-device.ts';
import { arrange, type ProcessLine } from './arrange.ts';
import { EndDialog } from './end-dialog.tsx';
import { ListingState } from './listing-state.tsx';
import { processColumns } from './process-columns.tsx';
import classes from './processes.module.css';
import { type Listing, useProcesses } from './use-processes.ts';

/** The live task manager. */
export function ProcessesTab() {
  const device = useDevice().data;
  return device ? <Processes device={device} /> : <Loading />;
}

function Processes({ device }: { device: Device }) {
  const listing = useProcesses(device);
  const isThere = device.presence !== 'offline' && device.presence !== 'unknown';
  if (device.lifecycle !== 'active') {
    return (
      <Empty title="No processes to see" text={`The device is ${device.lifecycle} and takes no commands.`} />
    );
  }
  if (listing.error && !listing.snapshot) return <Failed error={listing.error} onRetry={listing.retry} />;
  if (!listing.snapshot && !isThere) {
    return (
      <Empty
        title="The device is away"
        text="Its processes are listed by themselves as soon as it is back; what ran before is not kept."
      />
    );
  }
  return (
    <>
      <ListingState device={device} listing={listing} isThere={isThere} />
      {listing.snapshot ? (
        <TaskManager device={device} snapshot={listing.snapshot} isStale={!isThere} />
      ) : (
        <Loading lines={14} />
      )}
    </>
  );
}

type TaskManagerProps = {
  readonly device: Device;
  readonly snapshot: NonNullable<Listing['snapshot']>;
  readonly isStale: boolean;
};

function TaskManager({ device, snapshot, isStale }: TaskManagerProps) {
  const mayEnd = useMay('processes:kill') && device.policyLevel !== 'observe';
  const [ending, setEnding] = useState<ProcessLine>();
  const [sort, setSort] = useState('-cpu');
  const [filter, setFilter] = useState('');
  const [isTree, setTree] = useState(false);
  const rows = useMemo(
    () => arrange(snapshot.processes, { sort, filter, isTree }),
    [snapshot, sort, filter, isTree],
  );
  const columns = useMemo(() => processColumns(mayEnd ? setEnding : undefined), [mayEnd]);
  const settings = useListSettings('processes', columns, rows);
  return (
    <div className={classes.manager}>
      <div className={classes.tools}>
        <TextInput
          className={classes.filter}
          aria-label="Filter processes"
          placeholder="Name, command, user or PID"
          leftSection={<IconFilter size={15} aria-hidden />}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
        <Switch label="Tree" checked={isTree} onChange={(event) => setTree(event.currentTarget.checked)} />
        <ListOptions name={`processes-${device.hostname}`} settings={settings} />
      </div>
      {rows.length === 0 ? (
        <Empty title="No process matches" text="The filter leaves nothing over." />
      ) : (
        <List
          label="Processes"
          {...{ settings, rows, sort, isStale }}
          onSort={setSort}
          rowId={({ pid, startToken }) => `${pid} ${startToken}`}
          rowName={({ name, pid }) => `${name} (${pid})`}
          onOpen={doNothing}
          total={rows.length}
          onEndNear={doNothing}
        />
      )}
      {ending && (
        <EndDialog
          device={device}
          process={ending}
          bootId={snapshot.bootId}
          onClose={() => setEnding(undefined)}
        />
      )}
    </div>
  );
}

const doNothing = () => {};
