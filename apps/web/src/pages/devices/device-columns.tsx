import type { DeviceRow } from '@muster/contracts';
import { useMemo } from 'react';
import { nameOf } from '../../actions/lifecycle-actions.ts';
import { useOrganisationNames } from '../../api/use-organisation-names.ts';
import type { ListColumn } from '../../list/list-column.ts';
import { formatAbsolute, formatBits } from '../../parts/format.ts';
import { Missing } from '../../parts/missing.tsx';
import { lookOf, reasonText, StateMark } from '../../parts/state-mark.tsx';
import { SystemIcon } from '../../parts/system-icon.tsx';
import { UsageBar } from '../../parts/usage-bar.tsx';
import { When } from '../../parts/when.tsx';
import classes from './devices.module.css';

const NO_VALUE = 'nothing fresh was reported';

type NameProps = {
  readonly row: DeviceRow;
  /** Whose the machine is; said under its name where there is no room for a column of it. */
  readonly organisation?: string | undefined;
};

function Name({ row, organisation }: NameProps) {
  return (
    <span className={classes.name}>
      <a href={`/devices/${row.id}`} data-row-link className={classes.nameLink}>
        {nameOf(row)}
      </a>
      {row.displayName && <span className={classes.secondary}>{row.hostname}</span>}
      {organisation && <span className={classes.whose}>{organisation}</span>}
    </span>
  );
}

function State({ row }: { row: DeviceRow }) {
  return (
    <span title={`${reasonText(row.presenceReason)}, since ${formatAbsolute(Date.parse(row.presenceSince))}`}>
      <StateMark look={lookOf(row)} />
    </span>
  );
}

function System({ row }: { row: DeviceRow }) {
  return (
    <span className={classes.system}>
      <SystemIcon os={row.os} name={row.osName} />
      <span>{row.osName || row.os}</span>
    </span>
  );
}

/** More find no room in a row; the tooltip has them all. */
const MOST_TAGS = 6;

function Tags({ tags }: { tags: DeviceRow['tags'] }) {
  const all = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
  return (
    <span className={classes.tags} title={all.join('\n')}>
      {all.slice(0, MOST_TAGS).map((tag) => (
        <span key={tag} className={classes.tag}>
          {tag}
        </span>
      ))}
    </span>
  );
}

const usage = (
  id: 'cpu' | 'memory' | 'disk',
  title: string,
  read: (latest: NonNullable<DeviceRow['latest']>) => number | null,
): ListColumn<DeviceRow> => {
  const value = (row: DeviceRow) => (row.latest ? read(row.latest) : null);
  return {
    id,
    title,
    width: 112,
    sort: id,
    sortsDown: true,
    value,
    cell: (row) => <UsageBar percent={value(row)} missing={NO_VALUE} />,
  };
};

const DEVICE_COLUMNS: readonly ListColumn<DeviceRow>[] = [
  {
    id: 'name',
    title: 'Name',
    width: 170,
    grow: 2,
    sort: 'hostname',
    isNarrow: true,
    cell: (row) => <Name row={row} />,
    value: nameOf,
  },
  {
    id: 'state',
    title: 'State',
    width: 138,
    sort: 'presence',
    isNarrow: true,
    cell: (row) => <State row={row} />,
    value: (row) => (row.lifecycle === 'active' ? row.presence : row.lifecycle),
  },
  {
    id: 'seen',
    title: 'Last contact',
    width: 104,
    sort: 'last_seen',
    sortsDown: true,
    cell: (row) =>
      row.presence === 'online' ? 'now' : <When at={row.lastSeenAt} missing="never heard of" />,
    value: (row) => row.lastSeenAt,
  },
  {
    id: 'system',
    title: 'System',
    width: 190,
    grow: 1.4,
    sort: 'os',
    cell: (row) => <System row={row} />,
    value: (row) => row.osName || row.os,
  },
  usage('cpu', 'CPU', (latest) => latest.cpuPercent),
  usage('memory', 'Memory', (latest) => latest.memoryPercent),
  usage('disk', 'Disk', (latest) => latest.diskPercent),
  {
    id: 'network',
    title: 'Network',
    width: 96,
    align: 'end',
    cell: (row) => {
      const bits = row.latest?.networkBitsPerSecond ?? null;
      return bits === null ? <Missing because={NO_VALUE} /> : formatBits(bits);
    },
    value: (row) => row.latest?.networkBitsPerSecond ?? null,
  },
  {
    id: 'tags',
    title: 'Tags',
    width: 150,
    grow: 1.3,
    cell: (row) => <Tags tags={row.tags} />,
    value: (row) =>
      Object.entries(row.tags)
        .map(([key, value]) => `${key}=${value}`)
        .join(' '),
  },
  {
    id: 'site',
    title: 'Site',
    width: 110,
    sort: 'site',
    isExtra: true,
    cell: (row) => row.siteName,
    value: (row) => row.siteName,
  },
  {
    id: 'address',
    title: 'Address',
    width: 130,
    isExtra: true,
    cell: (row) => row.addresses[0] ?? <Missing because="no address was reported" />,
    value: (row) => row.addresses.join(' '),
  },
  {
    id: 'serial',
    title: 'Serial number',
    width: 140,
    isExtra: true,
    cell: (row) => row.serialNumber ?? <Missing because="the machine names no serial number" />,
    value: (row) => row.serialNumber,
  },
  {
    id: 'agent',
    title: 'Agent',
    width: 80,
    sort: 'agent_version',
    isExtra: true,
    cell: (row) => row.agentVersion,
    value: (row) => row.agentVersion,
  },
  {
    id: 'created',
    title: 'Added',
    width: 104,
    sort: 'created',
    sortsDown: true,
    isExtra: true,
    cell: (row) => <When at={row.createdAt} />,
    value: (row) => row.createdAt,
  },
];

/**
 * Columns of the devices list. Where there are several organisations, each row says whose the machine is; what it sends
 * just now gives way for that, and whoever wants it asks for it.
 */
export function useDeviceColumns(): readonly ListColumn<DeviceRow>[] {
  const names = useOrganisationNames();
  return useMemo(() => {
    if (!names) return DEVICE_COLUMNS;
    const nameIn = ({ orgId }: DeviceRow) => names.get(orgId) ?? 'another organisation';
    const organisation: ListColumn<DeviceRow> = {
      id: 'organisation',
      title: 'Organisation',
      width: 150,
      grow: 1.3,
      cell: (row) => <span title={`${nameIn(row)} › ${row.siteName}`}>{nameIn(row)}</span>,
      value: nameIn,
    };
    return DEVICE_COLUMNS.flatMap((column) => {
      if (column.id === 'network') return [{ ...column, isExtra: true }];
      if (column.id === 'system') return [{ ...column, width: 170 }];
      if (column.id === 'tags') return [{ ...column, width: 130 }];
      if (column.id !== 'name') return [column];
      const name = {
        ...column,
        width: 160,
        cell: (row: DeviceRow) => <Name row={row} organisation={nameIn(row)} />,
      };
      return [name, organisation];
    });
  }, [names]);
}
