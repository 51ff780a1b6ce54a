import type { NativeTable } from '../native/ntdll.ts';
import { fromWide } from '../native/wide.ts';
import { formatMac } from './interface-table.ts';

/** An adapter with its addresses, as the facts carry it. */
export type Adapter = { readonly name: string; readonly mac: string; readonly addresses: string[] };

/** Offsets in IP_ADAPTER_ADDRESSES and IP_ADAPTER_UNICAST_ADDRESS (iptypes.h), 64-bit. */
const NEXT = 8;
const FIRST_UNICAST = 24;
const FRIENDLY_NAME = 72;
const MAC = 80;
const MAC_LENGTH = 88;
const TYPE = 100;
const UNICAST_NEXT = 8;
const UNICAST_ADDRESS = 16;
const UNICAST_PREFIX = 56;

const TYPE_LOOPBACK = 24;
const TYPE_TUNNEL = 131;
const AF_INET = 2;
const AF_INET6 = 23;

/** Walks the list that GetAdaptersAddresses wrote: all its pointers lead into the same block. */
export function parseAdapters({ bytes, base }: NativeTable): Adapter[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const follow = (at: number) => {
    const offset = Number(view.getBigUint64(at, true)) - base;
    return offset >= 0 && offset < bytes.length ? offset : undefined;
  };
  const found: Adapter[] = [];
  for (let at: number | undefined = 0; at !== undefined; at = follow(at + NEXT)) {
    const type = view.getUint32(at + TYPE, true);
    if (type === TYPE_LOOPBACK || type === TYPE_TUNNEL) continue;
    const addresses: string[] = [];
    for (let one = follow(at + FIRST_UNICAST); one !== undefined; one = follow(one + UNICAST_NEXT)) {
      const address = follow(one + UNICAST_ADDRESS);
      const text = address === undefined ? '' : formatAddress(bytes.subarray(address));
      if (text) addresses.push(`${text}/${view.getUint8(one + UNICAST_PREFIX)}`);
    }
    const nameAt = follow(at + FRIENDLY_NAME);
    const macLength = Math.min(8, view.getUint32(at + MAC_LENGTH, true));
    found.push({
      name: nameAt === undefined ? '' : fromWide(bytes, nameAt),
      mac: formatMac(bytes.subarray(at + MAC, at + MAC + macLength)),
      addresses: addresses.sort(),
    });
  }
  return found.sort((one, other) => one.name.localeCompare(other.name));
}

/** sockaddr_in: the address at 4; sockaddr_in6: at 8. */
function formatAddress(address: Uint8Array): string {
  const family = (address[0] ?? 0) + 256 * (address[1] ?? 0);
  if (family === AF_INET) return address.subarray(4, 8).join('.');
  return family === AF_INET6 ? formatIpv6(address.subarray(8, 24)) : '';
}

/** RFC 5952: lower case, the longest run of zero groups (two or more) as "::". */
export function formatIpv6(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
  );
  let best = { from: 0, length: 1 };
  for (let from = 0; from < 8; from++) {
    let length = 0;
    while (groups[from + length] === '0') length++;
    if (length > best.length) best = { from, length };
  }
  if (best.length < 2) return groups.join(':');
  return `${groups.slice(0, best.from).join(':')}::${groups.slice(best.from + best.length).join(':')}`;
}
