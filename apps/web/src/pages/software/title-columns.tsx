import type { SoftwareTitle } from '@muster/contracts';
import { quote } from '@muster/query';
import type { ListColumn } from '../../list/list-column.ts';
import { PageLink } from '../../parts/page-link.tsx';
import listClasses from '../devices/devices.module.css';
import { ECOSYSTEM_TITLES } from './software-search.ts';

/** How many devices, where a list does not count further than it must. */
function countText({ value, exact }: SoftwareTitle['devices']): string {
  return `${exact ? '' : '≥ '}${value.toLocaleString()}`;
}

/** Columns of what is installed across the fleet. */
export const TITLE_COLUMNS: readonly ListColumn<SoftwareTitle>[] = [
  {
    id: 'name',
    title: 'Name',
    width: 200,
    grow: 3,
    isNarrow: true,
    cell: ({ id, name }) => (
      <a href={`/software/${id}`} data-row-link className={listClasses.nameLink}>
        {name}
      </a>
    ),
    value: ({ name }) => name,
  },
  {
    id: 'from',
    title: 'From',
    width: 140,
    grow: 1,
    cell: ({ ecosystem }) => ECOSYSTEM_TITLES[ecosystem],
    value: ({ ecosystem }) => ecosystem,
  },
  {
    id: 'devices',
    title: 'Devices',
    width: 110,
    align: 'end',
    isNarrow: true,
    cell: ({ name, devices }) => (
      <PageLink
        to="/devices"
        search={{ q: `software = ${quote(name)}` }}
        aria-label={`${countText(devices)} devices with ${name}`}
      >
        {countText(devices)}
      </PageLink>
    ),
    value: ({ devices }) => devices.value,
  },
];
