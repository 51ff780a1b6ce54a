import { Lifecycle, Presence, PresenceReason } from '@muster/contracts';
import type { Field } from '@muster/query';
import {
  anyAddress,
  anyMac,
  bytesFree,
  diskTest,
  lastSeen,
  ofId,
  percentFree,
  percentUsed,
  uptime,
} from './field-sql.ts';

/*
 * What a device query may ask, over `muster.device_list d`. Authority says who can set a value: a smart group that
 * carries secrets may use only what the server says.
 */

const column = (value: string, folded?: string) =>
  ({ from: 'column', value, ...(folded ? { folded } : {}) }) as const;

/** Any disk, unless one is named. */
const disks = (value: string) =>
  ({
    from: 'rows',
    rows: 'unnest(d.disk_names, d.disk_free_percents, d.disk_free_bytes) as k(name, free_percent, free_bytes)',
    joined: 'true',
    value,
    of: 'k.name',
  }) as const;

/** What the device is and where it belongs. */
const identity: readonly Field[] = [
  {
    name: 'text',
    kind: 'text',
    authority: 'device',
    describe: 'Host name, name, serial number and addresses; what a bare word is looked for in',
    source: column('d.search_text', 'd.search_text'),
    freeText: true,
  },
  {
    name: 'hostname',
    kind: 'text',
    authority: 'device',
    describe: 'The name the machine has for itself',
    source: column('d.hostname', 'd.hostname_folded'),
    sortable: true,
  },
  {
    name: 'name',
    kind: 'text',
    authority: 'device',
    describe: 'The name shown: the one given here, else the host name',
    source: column('coalesce(d.display_name, d.hostname)'),
  },
  {
    name: 'site',
    kind: 'text',
    authority: 'operator',
    describe: 'The site the device belongs to',
    source: column('d.site_name'),
    freeText: true,
    sortable: true,
  },
  {
    name: 'site.id',
    kind: 'text',
    authority: 'operator',
    describe: 'The id of the site',
    source: column('d.site_id::text', 'd.site_id::text'),
    sql: ofId('d.site_id'),
  },
  {
    name: 'organisation.id',
    kind: 'text',
    authority: 'server',
    describe: 'The id of the organisation',
    source: column('d.org_id::text', 'd.org_id::text'),
    sql: ofId('d.org_id'),
  },
  {
    name: 'id',
    kind: 'text',
    authority: 'server',
    describe: 'The id of the device',
    source: column('d.id::text', 'd.id::text'),
    sql: ofId('d.id'),
  },
  {
    name: 'tag',
    kind: 'map',
    authority: 'operator',
    describe: 'A tag: tag.role = server',
    source: { from: 'json', object: 'd.tags' },
    touchedBy: ['all_tags'],
  },
  {
    name: 'lifecycle',
    kind: 'enum',
    values: Lifecycle.options,
    authority: 'server',
    describe: 'Where the record is in its life',
    source: column('d.lifecycle'),
  },
  {
    name: 'created',
    kind: 'time',
    authority: 'server',
    describe: 'When the device first enrolled',
    source: column('d.created_at'),
    sortable: true,
  },
  {
    name: 'serial',
    kind: 'text',
    authority: 'device',
    describe: 'The serial number of the machine',
    source: column('d.serial_number'),
  },
  {
    name: 'manufacturer',
    aliases: ['vendor'],
    kind: 'text',
    authority: 'device',
    describe: 'Who made the machine',
    source: column('d.manufacturer'),
  },
  {
    name: 'model',
    kind: 'text',
    authority: 'device',
    describe: 'What the maker calls the machine',
    source: column('d.model'),
  },
  {
    name: 'ip',
    kind: 'ip',
    authority: 'device',
    describe: 'Any address of the device, or a network that holds one: ip in 10.0.0.0/8',
    source: { from: 'rows', rows: 'unnest(d.addresses) as a(address)', joined: 'true', value: 'a.address' },
    sql: anyAddress,
  },
  {
    name: 'mac',
    kind: 'text',
    authority: 'device',
    describe: 'The hardware address of any interface, as 02:00:5e:10:00:01',
    source: {
      from: 'rows',
      rows: 'unnest(d.macs) as m(mac)',
      joined: 'true',
      value: 'm.mac',
      folded: 'm.mac',
    },
    sql: anyMac,
  },
];

/** What runs on it. */
const software: readonly Field[] = [
  {
    name: 'os',
    kind: 'enum',
    values: ['linux', 'windows', 'darwin'],
    otherwise: 'os.name',
    authority: 'device',
    describe: 'The family of the system, or words of its full name',
    source: column('d.os'),
    sortable: true,
  },
  {
    name: 'os.name',
    kind: 'text',
    authority: 'device',
    describe: 'The full name of the system',
    source: column('d.os_name'),
  },
  {
    name: 'os.version',
    kind: 'version',
    authority: 'device',
    describe: 'The version of the system',
    source: { from: 'column', value: 'd.os_version', sortKey: 'd.os_version_key' },
  },
  {
    name: 'arch',
    kind: 'text',
    authority: 'device',
    describe: 'The processor architecture: amd64, arm64',
    source: column('d.arch'),
  },
  {
    name: 'agent.version',
    aliases: ['agent_version'],
    kind: 'version',
    authority: 'device',
    describe: 'The version of the agent',
    source: { from: 'column', value: 'd.agent_version', sortKey: 'd.agent_version_key' },
    sortable: true,
  },
  {
    name: 'policy',
    kind: 'enum',
    values: ['observe', 'manage', 'control'],
    authority: 'device',
    describe: 'What the endpoint lets the server do',
    source: column('d.policy_level'),
  },
];

/** How it is now. Metrics are those of the last closed minute; a device that is not heard of has none. */
const state: readonly Field[] = [
  {
    name: 'status',
    aliases: ['presence'],
    kind: 'enum',
    values: Presence.options,
    authority: 'server',
    describe: 'Whether the device can be reached',
    source: column('d.presence'),
    sortable: true,
  },
  {
    name: 'reason',
    kind: 'enum',
    values: PresenceReason.options,
    authority: 'server',
    describe: 'Why the device has its status',
    source: column('d.presence_reason'),
  },
  {
    name: 'last_seen',
    kind: 'time',
    authority: 'server',
    describe: 'When the device was last heard of; now for one that is online',
    source: column('d.last_seen_at'),
    sql: lastSeen,
    sortable: true,
  },
  {
    name: 'booted',
    kind: 'time',
    authority: 'device',
    describe: 'When the system started',
    source: column('d.booted_at'),
  },
  {
    name: 'uptime',
    kind: 'duration',
    authority: 'device',
    describe: 'How long the system of an online device has been up',
    source: column(
      `(case when d.presence = 'online' then date_part('epoch', now() - d.booted_at) * 1000 end)`,
    ),
    sql: uptime,
    grows: true,
  },
  {
    name: 'cpu',
    kind: 'percent',
    authority: 'device',
    describe: 'Busy share of all processors',
    source: column('d.cpu_percent'),
    sortable: true,
  },
  {
    name: 'memory',
    kind: 'percent',
    authority: 'device',
    describe: 'Memory in use',
    source: column('d.memory_percent'),
    sortable: true,
  },
  {
    name: 'network',
    kind: 'number',
    authority: 'device',
    describe: 'Received and sent, bits a second',
    source: column('d.network_bits_per_second'),
  },
  {
    name: 'disk.free',
    touchedBy: ['disk'],
    kind: 'percent',
    takes: 'instance',
    authority: 'device',
    describe: 'Free space of any disk, or of one: disk["C:"].free < 10%; a size is read as such',
    source: disks('k.free_percent'),
    sql: diskTest(percentFree),
    also: [
      {
        kind: 'bytes',
        source: disks('k.free_bytes'),
        property: 'disk.free_bytes',
        sql: diskTest(bytesFree),
      },
    ],
  },
  {
    name: 'disk.used',
    touchedBy: ['disk'],
    aliases: ['disk'],
    kind: 'percent',
    takes: 'instance',
    authority: 'device',
    describe: 'Used space of any disk, or of one: disk["/"].used > 90%',
    source: disks('(100 - k.free_percent)'),
    sql: diskTest(percentUsed),
    sortable: true,
  },
];

/** The fields that this module contributes to the catalogue. */
export const DEVICE_FIELDS: readonly Field[] = [...identity, ...software, ...state];
