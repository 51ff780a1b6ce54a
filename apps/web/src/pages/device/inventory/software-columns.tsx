import type { InstalledSoftware } from '@muster/contracts';
import { quote } from '@muster/query';
import type { ListColumn } from '../../../list/list-column.ts';
import { formatBytes } from '../../../parts/format.ts';
import { Missing } from '../../../parts/missing.tsx';
import { When } from '../../../parts/when.tsx';
import listClasses from '../../devices/devices.module.css';
import classes from '../processes/processes.module.css';

const UNSAID = 'the device does not say';

/** The query for the devices that have it in any version. */
export function whoHas({ name }: InstalledSoftware): string {
  return `software = ${quote(name)}`;
}

/** Columns of what is installed. */
export const SOFTWARE_COLUMNS: readonly ListColumn<InstalledSoftware>[] = [
  {
    id: 'name',
    title: 'Name',
    width: 180,
    grow: 2,
    isNarrow: true,
    cell: (row) => (
      <a
        href={`/devices?q=${encodeURIComponent(whoHas(row))}`}
        data-row-link
        className={listClasses.nameLink}
        title="Which devices have it"
      >
        {row.name}
      </a>
    ),
    value: ({ name }) => name,
  },
  {
    id: 'version',
    title: 'Version',
    width: 140,
    grow: 1.5,
    isNarrow: true,
    cell: ({ version }) => <span className={classes.mono}>{version || <Missing because={UNSAID} />}</span>,
    value: ({ version }) => version,
  },
  {
    id: 'from',
    title: 'From',
    width: 80,
    cell: ({ ecosystem }) => ecosystem,
    value: ({ ecosystem }) => ecosystem,
  },
  {
    id: 'publisher',
    title: 'Publisher',
    width: 160,
    grow: 2,
    cell: ({ publisher }) => publisher ?? <Missing because={UNSAID} />,
    value: ({ publisher }) => publisher,
  },
  {
    id: 'installed',
    title: 'Installed',
    width: 100,
    cell: ({ installedAt }) => <When at={installedAt} missing={UNSAID} />,
    value: ({ installedAt }) => installedAt,
  },
  {
    id: 'since',
    title: 'Known since',
    width: 110,
    cell: ({ since }) => <When at={since} />,
    value: ({ since }) => since,
  },
  {
    id: 'size',
    title: 'Size',
    width: 90,
    align: 'end',
    cell: ({ sizeBytes }) => (sizeBytes === null ? <Missing because={UNSAID} /> : formatBytes(sizeBytes)),
    value: ({ sizeBytes }) => sizeBytes,
  },
  {
    id: 'arch',
    title: 'Architecture',
    width: 110,
    isExtra: true,
    cell: ({ arch }) => arch || <Missing because={UNSAID} />,
    value: ({ arch }) => arch,
  },
];
