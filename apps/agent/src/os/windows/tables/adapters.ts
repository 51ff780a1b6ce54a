import type { NativeTable } from '../native/ntdll.ts';
import { fromWide } from '../native/wide.ts';
import { formatMac } from './interface-table.ts';

/** An adapter with its addresses, as the facts carry it. */
export type Adapter = { readonly name: string; readonly mac: string; readonly addresses: string[] };

/** The same with everything that Windows says of it. */
export type AdapterDetails = Adapter & {
  readonly index: number;
  /** As IANA numbers kinds of interfaces. */
  readonly type: number;
  readonly isUp: boolean;
  readonly mtu: number;
  /** Bits each second; undefined where the driver does not know. */
  readonly speed: number | undefined;
  readonly resolvers: readonly string[];
  readonly dnsSuffix: string;
};

/** Offsets in IP_ADAPTER_ADDRESSES and IP_ADAPTER_UNICAST_ADDRESS (iptypes.h), 64-bit. */
const INDEX = 4;
const NEXT = 8;
const FIRST_UNICAST = 24;
const FIRST_RESOLVER = 48;
const DNS_SUFFIX = 56;
const FRIENDLY_NAME = 72;
const MAC = 80;
const MAC_LENGTH = 88;
const MTU = 96;
const TYPE = 100;
const OPER_STATUS = 104;
const SPEED = 184;
const ADDRESS_NEXT = 8;
const ADDRESS = 16;
const UNICAST_PREFIX = 56;

const TYPE_LOOPBACK = 24;
const TYPE_TUNNEL = 131;
const AF_INET = 2;
const AF_INET6 = 23;
const STATUS_UP = 1;
const SPEED_UNKNOWN = 0xffff_ffff_ffff_ffffn;

/** The adapters that people know: no loopback, no tunnel. */
export function parseAdapters(table: NativeTable): Adapter[] {
  return parseAdapterDetails(table)
    .filter(({ type }) => type !== TYPE_LOOPBACK && type !== TYPE_TUNNEL)
    .map(({ name, mac, addresses }) => ({ name, mac, addresses }));
}

/** Walks the list that GetAdaptersAddresses wrote: all its pointers lead into the same block. */
export function parseAdapterDetails({ bytes, base }: NativeTable): AdapterDetails[] {
  if (bytes.length === 0) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const follow = (at: number) => {
    const offset = Number(view.getBigUint64(at, true)) - base;
    return offset >= 0 && offset < bytes.length ? offset : undefined;
  };
  const text = (at: number) => {
    const offset = follow(at);
    return offset === undefined ? '' : fromWide(bytes, offset);
  };
  const addressesFrom = (first: number, suffix: (at: number) => string) => {
    const found: string[] = [];
    for (let one = follow(first); one !== undefined; one = follow(one + ADDRESS_NEXT)) {
      const address = follow(one + ADDRESS);
      const written = address === undefined ? '' : formatAddress(bytes.subarray(address));
      if (written) found.push(`${written}${suffix(one)}`);
    }
    return found;
  };
  const found: AdapterDetails[] = [];
  for (let at: number | undefined = 0; at !== undefined; at = follow(at + NEXT)) {
    const macLength = Math.min(8, view.getUint32(at + MAC_LENGTH, true));
    const speed = view.getBigUint64(at + SPEED, true);
    found.push({
      name: text(at + FRIENDLY_NAME),
      mac: formatMac(bytes.subarray(at + MAC, at + MAC + macLength)),
      addresses: addressesFrom(at + FIRST_UNICAST, (one) => `/${view.getUint8(one + UNICAST_PREFIX)}`).sort(),
      index: view.getUint32(at + INDEX, true),
      type: view.getUint32(at + TYPE, true),
      isUp: view.getUint32(at + OPER_STATUS, true) === STATUS_UP,
      mtu: view.getUint32(at + MTU, true),
      speed: speed === SPEED_UNKNOWN ? undefined : Number(speed),
      resolvers: addressesFrom(at + FIRST_RESOLVER, () => ''),
      dnsSuffix: text(at + DNS_SUFFIX),
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
