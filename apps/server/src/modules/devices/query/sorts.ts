import type { DeviceSort } from '@muster/contracts';
import { foldedSql } from '@muster/query';

/**
 * A column that lists are sorted by, over `muster.device_list d`. Missing values come last in both directions, and the
 * id breaks ties, so that the order is total.
 */
export type SortColumn = {
  readonly value: string;
  readonly type: 'text' | 'int' | 'real' | 'timestamptz';
  readonly nullable: boolean;
  /** An index has this order: a page can stop early. */
  readonly indexed?: true;
};

type SortName = Exclude<DeviceSort, `-${string}`>;

const text = (value: string): SortColumn => ({ value, type: 'text', nullable: false });
const metric = (value: string): SortColumn => ({ value, type: 'real', nullable: true });

const COLUMNS: Readonly<Record<SortName, SortColumn>> = Object.freeze({
  hostname: { ...text('d.hostname_folded'), indexed: true },
  os: text(`d.os || ' ' || d.os_name`),
  agent_version: text('d.agent_version_key'),
  site: text(foldedSql(`coalesce(d.site_name, '')`)),
  created: { value: 'd.created_at', type: 'timestamptz', nullable: false, indexed: true },
  presence: {
    value: `case d.presence when 'online' then 0 when 'unresponsive' then 1 when 'offline' then 2 else 3 end`,
    type: 'int',
    nullable: false,
  },
  // "Now" differs from page to page; for the order it is later than everything.
  last_seen: {
    value: `case when d.presence = 'online' then 'infinity' else d.last_seen_at end`,
    type: 'timestamptz',
    nullable: true,
  },
  cpu: metric('d.cpu_percent'),
  memory: metric('d.memory_percent'),
  disk: metric('100 - d.disk_free_percent_least'),
});

/** The column and direction that a sort names. */
export function sortOf(sort: DeviceSort): SortColumn & { readonly descending: boolean } {
  const descending = sort.startsWith('-');
  const name = (descending ? sort.slice(1) : sort) as SortName;
  return { ...COLUMNS[name], descending };
}
