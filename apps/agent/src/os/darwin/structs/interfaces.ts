import type { InterfaceCounters } from '../../interface-collector.ts';

/** `struct if_msghdr2` (net/if.h), each followed by a `struct sockaddr_dl` (net/if_dl.h). */
const LENGTH = 0;
const TYPE = 3;
const FLAGS = 8;
const RECEIVED = 96;
const SENT = 104;
const LINK_ADDRESS = 160;
const RTM_IFINFO2 = 0x12;
const IFF_UP = 0x1;
const IFF_LOOPBACK = 0x8;
const NAME_LENGTH = 5;
const MAC_LENGTH = 6;
const LINK_TEXT = 8;
const MAX_INTERFACES = 32;

/** Interfaces of Apple's own making: peer-to-peer radio, the coprocessor's cable, unused tunnels. */
const NOBODYS = /^(awdl|llw|anpi|ap|gif|stf|nan|ipsec)\d/;

/** Reads `sysctl(NET_RT_IFLIST2)`: the messages about interfaces, among them those about addresses, which are skipped. */
export function parseInterfaces(bytes: Uint8Array): InterfaceCounters[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: InterfaceCounters[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = view.getUint16(at + LENGTH, true);
    if (length < 4) break;
    if (bytes[at + TYPE] === RTM_IFINFO2 && at + LINK_ADDRESS + LINK_TEXT <= bytes.length) {
      const one = parseInterface(bytes, view, at);
      if (one && found.length < MAX_INTERFACES) found.push(one);
    }
    at += length;
  }
  return found;
}

function parseInterface(bytes: Uint8Array, view: DataView, at: number): InterfaceCounters | undefined {
  const flags = view.getInt32(at + FLAGS, true);
  const link = at + LINK_ADDRESS;
  const text = link + LINK_TEXT;
  const nameLength = bytes[link + NAME_LENGTH] ?? 0;
  const name = Buffer.from(bytes.subarray(text, text + nameLength)).toString('latin1');
  if ((flags & IFF_UP) === 0 || (flags & IFF_LOOPBACK) !== 0 || NOBODYS.test(name)) return undefined;
  const mac = bytes.subarray(text + nameLength, text + nameLength + (bytes[link + MAC_LENGTH] ?? 0));
  return {
    name,
    mac: [...mac].map((byte) => byte.toString(16).padStart(2, '0')).join(':'),
    receivedBytes: Number(view.getBigUint64(at + RECEIVED, true)),
    sentBytes: Number(view.getBigUint64(at + SENT, true)),
    isHardware: /^en\d/.test(name),
  };
}
