/** A disk as the inventory lists it. */
export type Disk = {
  readonly name: string;
  readonly model: string | null;
  readonly serial: string | null;
  readonly firmware: string | null;
  readonly sizeBytes: number;
  readonly bus: string | null;
  readonly rotational: boolean | null;
  readonly health: 'good' | 'failing' | 'unknown';
  readonly wearPercent: null;
  readonly powerOnHours: null;
  readonly reallocatedSectors: null;
};

/** Offsets in STORAGE_DEVICE_DESCRIPTOR (winioctl.h), whose texts are named by their place in it. */
const VENDOR = 12;
const PRODUCT = 16;
const REVISION = 20;
const SERIAL = 24;
const BUS = 28;

/** STORAGE_BUS_TYPE. */
const BUSES: Readonly<Record<number, string>> = {
  1: 'scsi',
  2: 'atapi',
  3: 'ata',
  6: 'fibre',
  7: 'usb',
  8: 'raid',
  9: 'iscsi',
  10: 'sas',
  11: 'sata',
  12: 'sd',
  13: 'mmc',
  14: 'virtual',
  15: 'virtual',
  16: 'spaces',
  17: 'nvme',
};

/** What a disk says of itself, from its STORAGE_DEVICE_DESCRIPTOR. */
export function parseDiskDescriptor(bytes: Uint8Array): Pick<Disk, 'model' | 'serial' | 'firmware' | 'bus'> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (at: number) => {
    const from = view.getUint32(at, true);
    if (from === 0 || from >= bytes.length) return '';
    const end = bytes.indexOf(0, from);
    return Buffer.from(bytes.subarray(from, end < 0 ? bytes.length : end))
      .toString('latin1')
      .trim();
  };
  return {
    model: [text(VENDOR), text(PRODUCT)].filter(Boolean).join(' ') || null,
    // NVMe disks end theirs with a point
    serial: text(SERIAL).replace(/\.$/, '') || null,
    firmware: text(REVISION) || null,
    bus: BUSES[view.getUint32(BUS, true)] ?? null,
  };
}
