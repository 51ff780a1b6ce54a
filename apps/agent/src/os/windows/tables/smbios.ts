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

/**
 * The raw SMBIOS table (GetSystemFirmwareTable 'RSMB': eight bytes, then the structures of DMTF DSP0134). Type 1 is the
 * system; a serial number that is missing there may stand on the enclosure (type 3).
 */
export function parseSmbios(table: Uint8Array): Firmware {
  let system: Firmware = { manufacturer: '', model: '', serialNumber: '' };
  let enclosureSerial = '';
  for (let at = HEADER_BYTES; at + 4 <= table.length; ) {
    const type = table[at] ?? END_OF_TABLE;
    const length = table[at + 1] ?? 0;
    if (type === END_OF_TABLE || length < 4) break;
    const { strings, next } = readStrings(table, at + length);
    const text = (offset: number) =>
      offset < length ? (strings[(table[at + offset] ?? 0) - 1] ?? '').trim() : '';
    if (type === SYSTEM) system = { manufacturer: text(4), model: text(5), serialNumber: text(7) };
    if (type === ENCLOSURE && enclosureSerial === '') enclosureSerial = text(7);
    at = next;
  }
  return { ...system, serialNumber: system.serialNumber || enclosureSerial };
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
