import { formatIpv6 } from './adapters.ts';

/** A way that packets take. */
export type Route = {
  readonly destination: string;
  readonly gateway: string | null;
  readonly interfaceIndex: number;
  readonly metric: number;
};

/** Offsets in MIB_IPFORWARD_TABLE2 and MIB_IPFORWARD_ROW2 (netioapi.h). */
const FIRST_ROW = 8;
export const ROUTE_BYTES = 104;
const INTERFACE = 8;
const DESTINATION = 12;
const PREFIX = 40;
const NEXT_HOP = 44;
const METRIC = 84;
const IS_LOOPBACK = 92;
const AF_INET = 2;
const AF_INET6 = 23;

/** The routes that lead out: those of the machine to itself, and to groups, are left out. */
export function parseRoutes(table: Uint8Array): Route[] {
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  const found: Route[] = [];
  for (let at = FIRST_ROW; at + ROUTE_BYTES <= table.length; at += ROUTE_BYTES) {
    const address = addressAt(table, at + DESTINATION);
    if (address === '' || table[at + IS_LOOPBACK] === 1 || isGroup(address)) continue;
    const gateway = addressAt(table, at + NEXT_HOP);
    found.push({
      destination: `${address}/${table[at + PREFIX]}`,
      gateway: gateway === '' || gateway === '0.0.0.0' || gateway === '::' ? null : gateway,
      interfaceIndex: view.getUint32(at + INTERFACE, true),
      metric: view.getUint32(at + METRIC, true),
    });
  }
  return found;
}

/** SOCKADDR_INET: an address of either family; empty for neither. */
function addressAt(table: Uint8Array, at: number): string {
  const family = (table[at] ?? 0) | ((table[at + 1] ?? 0) << 8);
  if (family === AF_INET) return table.subarray(at + 4, at + 8).join('.');
  return family === AF_INET6 ? formatIpv6(table.subarray(at + 8, at + 24)) : '';
}

/** Multicast, broadcast, and the machine itself. */
function isGroup(address: string): boolean {
  return /^(2(2[4-9]|3\d)|127)\.|^255\.255\.255\.255$|^ff|^::1$/.test(address);
}
