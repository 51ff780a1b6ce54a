import type { InterfaceCounters } from '../../interface-collector.ts';
import { fromWide } from '../native/wide.ts';

/** Offsets in MIB_IF_TABLE2 and MIB_IF_ROW2 (netioapi.h). */
const FIRST_ROW = 8;
export const INTERFACE_ROW_BYTES = 1352;
const ALIAS = 28;
const NAME_BYTES = 514;
const MAC_LENGTH = 1056;
const MAC = 1060;
const TYPE = 1128;
const FLAGS = 1152;
const OPER_STATUS = 1156;
const RECEIVED = 1208;
const SENT = 1280;

const TYPE_LOOPBACK = 24;
const TYPE_TUNNEL = 131;
const FLAG_HARDWARE = 1;
const FLAG_FILTER = 2;
const STATUS_UP = 1;
const MAX_INTERFACES = 32;

/**
 * The interfaces of a MIB_IF_TABLE2. Windows lists each adapter again for every filter that is bound to it, and
 * adapters that are only there for dial-up: what is kept is hardware, and what else is up.
 */
export function parseInterfaceTable(table: Uint8Array): InterfaceCounters[] {
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  const found: InterfaceCounters[] = [];
  for (let at = FIRST_ROW; at + INTERFACE_ROW_BYTES <= table.length; at += INTERFACE_ROW_BYTES) {
    const type = view.getUint32(at + TYPE, true);
    const flags = view.getUint8(at + FLAGS);
    const isHardware = (flags & FLAG_HARDWARE) !== 0;
    const isUp = view.getUint32(at + OPER_STATUS, true) === STATUS_UP;
    if (type === TYPE_LOOPBACK || type === TYPE_TUNNEL || (flags & FLAG_FILTER) !== 0) continue;
    if ((!isHardware && !isUp) || found.length >= MAX_INTERFACES) continue;
    const macLength = Math.min(32, view.getUint32(at + MAC_LENGTH, true));
    found.push({
      name: fromWide(table, at + ALIAS, NAME_BYTES),
      mac: formatMac(table.subarray(at + MAC, at + MAC + macLength)),
      receivedBytes: Number(view.getBigUint64(at + RECEIVED, true)),
      sentBytes: Number(view.getBigUint64(at + SENT, true)),
      isHardware,
    });
  }
  return found;
}

/** "52:54:00:12:34:56"; empty without an address. */
export function formatMac(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}
