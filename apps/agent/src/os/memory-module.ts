/** A populated slot, from the firmware's table (SMBIOS type 17). */
export type MemoryModule = {
  readonly slot: string;
  readonly sizeBytes: number;
  readonly type: string | null;
  readonly speedMtps: number | null;
  readonly manufacturer: string | null;
  readonly part: string | null;
  readonly serial: string | null;
};

/** SMBIOS 3.7, table 76. */
const TYPES: Readonly<Record<number, string>> = {
  18: 'DDR',
  19: 'DDR2',
  24: 'DDR3',
  26: 'DDR4',
  27: 'LPDDR',
  28: 'LPDDR2',
  29: 'LPDDR3',
  30: 'LPDDR4',
  34: 'DDR5',
  35: 'LPDDR5',
};

/** Reads one structure of SMBIOS type 17 with its strings behind it; undefined for an empty slot: sizes in MiB, or KiB by the top bit; 0x7fff means the extended size. */
export function parseMemoryDevice(raw: Buffer): MemoryModule | undefined {
  const length = raw[1] ?? 0;
  const strings = raw.subarray(length).toString('latin1').split('\0');
  const text = (at: number) => (length > at && raw[at] ? strings[(raw[at] ?? 0) - 1]?.trim() || null : null);
  const word = (at: number) => (length > at + 1 ? raw.readUInt16LE(at) : 0);
  const size = word(0x0c);
  if (size === 0 || size === 0xffff) return undefined;
  const mebibytes = size === 0x7fff ? raw.readUInt32LE(0x1c) & 0x7fffffff : size & 0x7fff;
  const unit = size !== 0x7fff && size & 0x8000 ? 1024 : 1024 * 1024;
  const speed = word(0x20) || word(0x15);
  return {
    slot: text(0x10) ?? 'slot',
    sizeBytes: mebibytes * unit,
    type: TYPES[raw[0x12] ?? 0] ?? null,
    speedMtps: speed > 0 && speed < 0xffff ? speed : null,
    manufacturer: text(0x17),
    part: text(0x1a),
    serial: text(0x18),
  };
}
