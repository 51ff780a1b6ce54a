/** One column of a kind: the field, what it is called, and how its value is written. */
export type KindField = { readonly field: string; readonly title: string; readonly as?: FieldForm };

/** How a value is written where it is more than text or a number. */
export type FieldForm = 'bytes' | 'percent' | 'moment' | 'state' | 'health' | 'yes-no' | 'machine';

/** A kind as it is shown: its title, what its items are called, its columns. */
export type ShownKind = {
  readonly kind: string;
  readonly title: string;
  /** Where the key says something that the fields do not, its title. */
  readonly key?: string;
  readonly fields: readonly KindField[];
};

/** Hardware, in the order in which people ask for it. */
export const HARDWARE_KINDS: readonly ShownKind[] = [
  {
    kind: 'board',
    title: 'Board',
    fields: [
      { field: 'manufacturer', title: 'Manufacturer' },
      { field: 'model', title: 'Model' },
      { field: 'serial', title: 'Serial', as: 'machine' },
      { field: 'chassis', title: 'Chassis' },
    ],
  },
  {
    kind: 'bios',
    title: 'BIOS',
    fields: [
      { field: 'vendor', title: 'Vendor' },
      { field: 'version', title: 'Version', as: 'machine' },
      { field: 'releasedOn', title: 'Released' },
      { field: 'uefi', title: 'UEFI', as: 'yes-no' },
    ],
  },
  {
    kind: 'processor',
    title: 'Processors',
    key: 'Socket',
    fields: [
      { field: 'model', title: 'Model' },
      { field: 'cores', title: 'Cores' },
      { field: 'threads', title: 'Threads' },
      { field: 'maxMhz', title: 'MHz at most' },
    ],
  },
  {
    kind: 'memory',
    title: 'Memory',
    key: 'Slot',
    fields: [
      { field: 'sizeBytes', title: 'Size', as: 'bytes' },
      { field: 'type', title: 'Type' },
      { field: 'speedMtps', title: 'MT/s' },
      { field: 'manufacturer', title: 'Manufacturer' },
      { field: 'part', title: 'Part', as: 'machine' },
    ],
  },
  {
    kind: 'disk',
    title: 'Disks',
    fields: [
      { field: 'name', title: 'Name', as: 'machine' },
      { field: 'health', title: 'Health', as: 'health' },
      { field: 'sizeBytes', title: 'Size', as: 'bytes' },
      { field: 'model', title: 'Model' },
      { field: 'serial', title: 'Serial', as: 'machine' },
      { field: 'wearPercent', title: 'Wear', as: 'percent' },
      { field: 'powerOnHours', title: 'Hours on' },
    ],
  },
  {
    kind: 'volume',
    title: 'Volumes',
    key: 'Mounted at',
    fields: [
      { field: 'sizeBytes', title: 'Size', as: 'bytes' },
      { field: 'fileSystem', title: 'File system' },
      { field: 'device', title: 'Device', as: 'machine' },
      { field: 'encrypted', title: 'Encrypted', as: 'yes-no' },
    ],
  },
  {
    kind: 'graphics',
    title: 'Graphics',
    fields: [
      { field: 'model', title: 'Model' },
      { field: 'vendor', title: 'Vendor' },
      { field: 'driver', title: 'Driver', as: 'machine' },
    ],
  },
  {
    kind: 'monitor',
    title: 'Monitors',
    fields: [
      { field: 'model', title: 'Model' },
      { field: 'manufacturer', title: 'Manufacturer' },
      { field: 'serial', title: 'Serial', as: 'machine' },
      { field: 'connector', title: 'Connector' },
    ],
  },
  {
    kind: 'battery',
    title: 'Batteries',
    key: 'Name',
    fields: [
      { field: 'model', title: 'Model' },
      { field: 'healthPercent', title: 'Health', as: 'percent' },
      { field: 'cycles', title: 'Cycles' },
    ],
  },
];

/** What protects a machine, and the fields that say more of it; open ports are shown under Network. */
export const PROTECTIONS: Readonly<
  Record<string, { readonly title: string; readonly more: readonly KindField[] }>
> = {
  firewall: { title: 'Firewall', more: [{ field: 'detail', title: 'Detail' }] },
  encryption: { title: 'Disk encryption', more: [{ field: 'method', title: 'Method' }] },
  antivirus: {
    title: 'Antivirus',
    more: [
      { field: 'definitionsAt', title: 'Definitions of', as: 'moment' },
      { field: 'definitionsCurrent', title: 'Definitions current', as: 'yes-no' },
    ],
  },
  elevation: { title: 'Elevation', more: [{ field: 'detail', title: 'Detail' }] },
  confinement: { title: 'Mandatory access control', more: [{ field: 'mode', title: 'Mode' }] },
  boot: { title: 'Secure boot', more: [] },
};

/** How the machine is connected. */
export const NETWORK_KINDS: readonly ShownKind[] = [
  {
    kind: 'interface',
    title: 'Interfaces',
    key: 'Name',
    fields: [
      { field: 'up', title: 'Up', as: 'yes-no' },
      { field: 'addresses', title: 'Addresses', as: 'machine' },
      { field: 'mac', title: 'MAC', as: 'machine' },
      { field: 'speedMbps', title: 'Mbit/s' },
      { field: 'mtu', title: 'MTU' },
    ],
  },
  {
    kind: 'route',
    title: 'Routes',
    fields: [
      { field: 'destination', title: 'Destination', as: 'machine' },
      { field: 'gateway', title: 'Gateway', as: 'machine' },
      { field: 'interface', title: 'Interface', as: 'machine' },
      { field: 'metric', title: 'Metric' },
    ],
  },
  {
    kind: 'resolver',
    title: 'Name servers',
    fields: [
      { field: 'address', title: 'Address', as: 'machine' },
      { field: 'interface', title: 'Interface', as: 'machine' },
      { field: 'domains', title: 'Domains', as: 'machine' },
    ],
  },
];

/** Ports that something listens at. */
export const PORT_KINDS: readonly ShownKind[] = [
  {
    kind: 'port',
    title: 'Open ports',
    fields: [
      { field: 'port', title: 'Port', as: 'machine' },
      { field: 'protocol', title: 'Protocol' },
      { field: 'address', title: 'Address', as: 'machine' },
      { field: 'process', title: 'Program', as: 'machine' },
    ],
  },
];
