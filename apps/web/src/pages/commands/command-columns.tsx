import type { Command } from '@muster/contracts';
import { commandTitle } from '../../actions/follow-command.ts';
import type { ListColumn } from '../../list/list-column.ts';
import { CommandMark } from '../../parts/command-mark.tsx';
import { formatDuration } from '../../parts/format.ts';
import { Missing } from '../../parts/missing.tsx';
import { When } from '../../parts/when.tsx';
import classes from '../devices/devices.module.css';

/** Milliseconds from being asked for to the end; null before that. */
function tookMs({ createdAt, endedAt }: Command): number | null {
  return endedAt === null ? null : Date.parse(endedAt) - Date.parse(createdAt);
}

/** Columns of the commands list. */
export const COMMAND_COLUMNS: readonly ListColumn<Command>[] = [
  {
    id: 'command',
    title: 'Command',
    width: 160,
    grow: 1.4,
    isNarrow: true,
    cell: (row) => (
      <span className={classes.name}>
        <a href={`/commands/${row.id}`} data-row-link className={classes.nameLink}>
          {commandTitle(row.name)}
        </a>
        <span className={classes.whose}>
          {row.deviceName} · <When at={row.createdAt} />
        </span>
      </span>
    ),
    value: ({ name }) => name,
  },
  {
    id: 'state',
    title: 'State',
    width: 126,
    isNarrow: true,
    cell: (row) => <CommandMark state={row.state} />,
    value: ({ state }) => state,
  },
  {
    id: 'device',
    title: 'Device',
    width: 150,
    cell: (row) => row.deviceName,
    value: ({ deviceName }) => deviceName,
  },
  {
    id: 'by',
    title: 'Asked by',
    width: 130,
    cell: (row) => row.requestedBy?.name ?? 'the system',
    value: ({ requestedBy }) => requestedBy?.name ?? null,
  },
  {
    id: 'asked',
    title: 'Asked',
    width: 100,
    cell: (row) => <When at={row.createdAt} />,
    value: ({ createdAt }) => createdAt,
  },
  {
    id: 'took',
    title: 'Took',
    width: 90,
    align: 'end',
    cell: (row) => {
      const took = tookMs(row);
      if (took === null) return <Missing because="it has not ended" />;
      return took < 1000 ? `${took} ms` : formatDuration(took);
    },
    value: tookMs,
  },
];
