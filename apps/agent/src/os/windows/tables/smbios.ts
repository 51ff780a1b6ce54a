/** What the firmware says of the machine; empty strings where it says nothing. */
export type Firmware = {
  readonly manufacturer: string;
  readonly model: string;
  readonly serialNumber: string;
};

const HEADER_BYTES = 8;
const SYSTEM = 1;
const ENCLOSURE = 3;
const END_OF_TABLE = 127;

/** One structure of the firmware's table: numbers by their offset, texts by the offset of their number. */
export type SmbiosStructure = {
  readonly type: number;
  /** The structure with its strings behind it. */
  readonly bytes: Buffer;
  /** Zero beyond its end, as for what an older firmware does not tell. */
  byte(offset: number): number;
  word(offset: number): number;
  /** Empty where there is none. */
  text(offset: number): string;
};

/** The structures of a raw SMBIOS table (GetSystemFirmwareTable 'RSMB': eight bytes, then those of DMTF DSP0134). */
export function readStructures(table: Uint8Array): SmbiosStructure[] {
  const found: SmbiosStructure[] = [];
  for (let at = HEADER_BYTES; at + 4 <= table.length; ) {
    const type = table[at] ?? END_OF_TABLE;
    const length = table[at + 1] ?? 0;
    if (type === END_OF_TABLE || length < 4) break;
    const { strings, next } = readStrings(table, at + length);
    const bytes = Buffer.from(table.subarray(at, next));
    const byte = (offset: number) => (offset < length ? (bytes[offset] ?? 0) : 0);
    const word = (offset: number) => byte(offset) | (byte(offset + 1) << 8);
    found.push({ type, bytes, byte, word, text: (offset) => (strings[byte(offset) - 1] ?? '').trim() });
    at = next;
  }
  return found;
}

/** Who made the machine: type 1; a serial number that is missing there may stand on the enclosure (type 3). */
export function parseSmbios(table: Uint8Array): Firmware {
  const structures = readStructures(table);
  const system = structures.findLast(({ type }) => type === SYSTEM);
  const enclosures = structures.filter(({ type }) => type === ENCLOSURE).map(({ text }) => text(7));
  return {
    manufacturer: system?.text(4) ?? '',
    model: system?.text(5) ?? '',
    serialNumber: system?.text(7) || (enclosures.find((serial) => serial !== '') ?? ''),
  };
}

/** The strings after a structure: each ended by a zero, the set by another; a structure without any has two zeros. */
function readStrings(table: Uint8Array, from: number): { strings: string[]; next: number } {
  const strings: string[] = [];
  let at = from;
  while (at < table.length && table[at] !== 0) {
    const end = table.indexOf(0, at);
    if (end < 0) return { strings, next: table.length };
    strings.push(Buffer.from(table.subarray(at, end)).toString('latin1'));
    at = end + 1;
  }
  return { strings, next: strings.length === 0 ? from + 2 : at + 1 };
}
