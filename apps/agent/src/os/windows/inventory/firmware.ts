import type { Finding } from '../../../inventory/item.ts';
import { unlessFiller } from '../../hypervisors.ts';
import { parseMemoryDevice } from '../../memory-module.ts';
import { readStructures, type SmbiosStructure } from '../tables/smbios.ts';

/** Types of structures, and where they have what (DMTF DSP0134). */
const BIOS = 0;
const SYSTEM = 1;
const BOARD = 2;
const ENCLOSURE = 3;
const PROCESSOR = 4;
const MEMORY = 17;
const BIOS_CHARACTERISTICS = 0x13;
const IS_UEFI = 0x08;
const PROCESSOR_STATUS = 0x18;
const IS_POPULATED = 0x40;
/** The number does not fit here; the wider field has it. */
const WIDER = 0xff;

/** IV-3: what the firmware's table tells: board, BIOS, processors and memory modules. */
export function readFirmware(table: Uint8Array, finding: Finding): void {
  const structures = readStructures(table);
  const first = (type: number) => structures.find((one) => one.type === type);
  const bios = first(BIOS);
  const text = (one: SmbiosStructure | undefined, offset: number) =>
    unlessFiller(one?.text(offset) ?? '') || null;
  const [system, board, enclosure] = [first(SYSTEM), first(BOARD), first(ENCLOSURE)];
  if (system || board) {
    finding.add('board', 'board', {
      manufacturer: text(board, 4) ?? text(system, 4),
      model: text(board, 5) ?? text(system, 5),
      serial: text(board, 7) ?? text(system, 7),
      chassis: enclosure ? String(enclosure.byte(5) & 0x7f) : null,
      systemUuid: system ? uuidOf(system.bytes.subarray(8, 24)) : null,
    });
  }
  if (bios) {
    finding.add('bios', 'bios', {
      vendor: text(bios, 4),
      version: text(bios, 5),
      releasedOn: dayOf(bios.text(8)),
      uefi: (bios.byte(BIOS_CHARACTERISTICS) & IS_UEFI) !== 0,
    });
  }
  readProcessors(structures, finding);
  const seen = new Set<string>();
  for (const { bytes } of structures.filter(({ type }) => type === MEMORY)) {
    const module = parseMemoryDevice(bytes);
    if (!module) continue;
    const { slot, ...fields } = module;
    // boards with several channels may call their slots alike
    const key = seen.has(slot) ? `${slot} ${seen.size}` : slot;
    seen.add(key);
    finding.add('memory', key, fields);
  }
}

function readProcessors(structures: readonly SmbiosStructure[], finding: Finding): void {
  const sockets = structures.filter(
    (one) => one.type === PROCESSOR && (one.byte(PROCESSOR_STATUS) & IS_POPULATED) !== 0,
  );
  sockets.forEach((one, number) => {
    const count = (narrow: number, wide: number) =>
      (one.byte(narrow) === WIDER ? one.word(wide) : one.byte(narrow)) || null;
    finding.add('processor', unlessFiller(one.text(4)) || String(number), {
      model: one.text(0x10).replace(/\s+/g, ' '),
      vendor: unlessFiller(one.text(7)) || null,
      cores: count(0x23, 0x2a),
      threads: count(0x25, 0x2e),
      maxMhz: one.word(0x14) || null,
    });
  });
}

/** The first three fields are in the byte order of the machine; all zeros or ones mean that there is none. */
function uuidOf(bytes: Buffer): string | null {
  if (bytes.length < 16 || bytes.every((byte) => byte === 0) || bytes.every((byte) => byte === 0xff))
    return null;
  const part = (from: number, to: number, reverse: boolean) =>
    Buffer.from(reverse ? bytes.subarray(from, to).toReversed() : bytes.subarray(from, to)).toString('hex');
  return [part(0, 4, true), part(4, 6, true), part(6, 8, true), part(8, 10, false), part(10, 16, false)].join(
    '-',
  );
}

/** Firmware writes month first; very old firmware only two digits of the year. */
function dayOf(text: string): string | null {
  const [, month, day, year] = /^(\d\d)\/(\d\d)\/(\d{4})$/.exec(text) ?? [];
  return year ? `${year}-${month}-${day}` : null;
}
