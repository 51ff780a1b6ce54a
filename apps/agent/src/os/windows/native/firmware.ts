import { kernel32 } from './kernel32.ts';

const RAW_SMBIOS = 0x52534d42;
const FIRST_BYTES = 64 * 1024;
const MOST_BYTES = 4 * 1024 * 1024;

/** The firmware's own description of the machine; empty where it has none. */
export function readFirmwareTable(): Uint8Array {
  let table = new Uint8Array(FIRST_BYTES);
  const length = kernel32.GetSystemFirmwareTable(RAW_SMBIOS, 0, table, table.length);
  if (length <= table.length) return table.subarray(0, length);
  table = new Uint8Array(Math.min(length, MOST_BYTES));
  return table.subarray(0, kernel32.GetSystemFirmwareTable(RAW_SMBIOS, 0, table, table.length));
}
