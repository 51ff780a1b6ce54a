import { Button } from '@mantine/core';
import type { ListColumn } from '../../../list/list-column.ts';
import { formatBytes } from '../../../parts/format.ts';
import { Missing } from '../../../parts/missing.tsx';
import { When } from '../../../parts/when.tsx';
import type { ProcessLine } from './arrange.ts';
import classes from './processes.module.css';

const COLUMNS: readonly ListColumn<ProcessLine>[] = [
  {
    id: 'name',
    title: 'Name',
    width: 190,
    grow: 1.4,
    sort: 'name',
    isNarrow: true,
    cell: ({ name, depth }) => (
      <span className={classes.name} style={{ paddingLeft: depth * 14 }}>
        {name}
      </span>
    ),
    value: ({ name }) => name,
  },
  {
    id: 'pid',
    title: 'PID',
    width: 74,
    sort: 'pid',
    align: 'end',
    cell: ({ pid }) => <span className={classes.mono}>{pid}</span>,
    value: ({ pid }) => pid,
  },
  {
    id: 'cpu',
    title: 'CPU',
    width: 76,
    sort: 'cpu',
    sortsDown: true,
    align: 'end',
    isNarrow: true,
    cell: ({ cpuPercent }) =>
      cpuPercent === null ? (
        <Missing because="known from the second look on" />
      ) : (
        `${cpuPercent.toFixed(1)} %`
      ),
    value: ({ cpuPercent }) => cpuPercent,
  },
  {
    id: 'memory',
    title: 'Memory',
    width: 92,
    sort: 'memory',
    sortsDown: true,
    align: 'end',
    cell: ({ memoryBytes }) => formatBytes(memoryBytes),
    value: ({ memoryBytes }) => memoryBytes,
  },
  {
    id: 'user',
    title: 'User',
    width: 104,
    sort: 'user',
    cell: ({ user }) => user ?? <Missing because="the system does not say" />,
    value: ({ user }) => user,
  },
  {
    id: 'threads',
    title: 'Threads',
    width: 78,
    sort: 'threads',
    sortsDown: true,
    align: 'end',
    isExtra: true,
    cell: ({ threads }) => threads ?? <Missing because="the system does not say" />,
    value: ({ threads }) => threads,
  },
  {
    id: 'started',
    title: 'Started',
    width: 100,
    sort: 'started',
    sortsDown: true,
    cell: ({ startedAt }) => <When at={startedAt} missing="the system does not say" />,
    value: ({ startedAt }) => startedAt,
  },
  {
    id: 'command',
    title: 'Command',
    width: 240,
    grow: 3,
    cell: ({ command }) => (
      <span className={classes.mono}>{command || <Missing because="it has none" />}</span>
    ),
    value: ({ command }) => command,
  },
];

/** Columns of the task manager; without `onEnd` nothing can be ended. */
export function processColumns(
  onEnd: ((line: ProcessLine) => void) | undefined,
): readonly ListColumn<ProcessLine>[] {
  if (!onEnd) return COLUMNS;
  const end: ListColumn<ProcessLine> = {
    id: 'end',
    title: 'End',
    width: 66,
    isNarrow: true,
    cell: (line) => (
      <Button
        size="compact-xs"
        variant="default"
        onClick={() => onEnd(line)}
        aria-label={`End ${line.name} (${line.pid})`}
      >
        End
      </Button>
    ),
    value: () => null,
  };
  return [...COLUMNS, end];
}
