import type { Connection, ConnectionState } from '@muster/contracts';
import { formatIpv6 } from './adapters.ts';

/** A socket of a Windows table; `process` is looked up elsewhere. */
export type SocketEntry = Omit<Connection, 'process'> & { readonly pid: number };

/** MIB_TCP_STATE (tcpmib.h), which begins at 1; the last is a block that is being deleted. */
const TCP_STATES: readonly ConnectionState[] = [
  'closed',
  'listen',
  'syn_sent',
  'syn_received',
  'established',
  'fin_wait_1',
  'fin_wait_2',
  'close_wait',
  'closing',
  'last_ack',
  'time_wait',
  'closed',
];

/** Where a row has what (tcpmib.h, udpmib.h); `remote` and `state` only for TCP. Ports are in network order. */
type Layout = {
  readonly protocol: Connection['protocol'];
  readonly rowBytes: number;
  readonly addressBytes: 4 | 16;
  readonly local: number;
  readonly localPort: number;
  readonly pid: number;
  readonly tcp?: { readonly state: number; readonly remote: number; readonly remotePort: number };
};

/** MIB_TCPROW_OWNER_PID, MIB_TCP6ROW_OWNER_PID, MIB_UDPROW_OWNER_PID and MIB_UDP6ROW_OWNER_PID. */
export const SOCKET_TABLES = {
  tcp: {
    ...{ protocol: 'tcp', rowBytes: 24, addressBytes: 4, local: 4, localPort: 8, pid: 20 },
    tcp: { state: 0, remote: 12, remotePort: 16 },
  },
  tcp6: {
    ...{ protocol: 'tcp', rowBytes: 56, addressBytes: 16, local: 0, localPort: 20, pid: 52 },
    tcp: { state: 48, remote: 24, remotePort: 44 },
  },
  udp: { protocol: 'udp', rowBytes: 12, addressBytes: 4, local: 0, localPort: 4, pid: 8 },
  udp6: { protocol: 'udp', rowBytes: 28, addressBytes: 16, local: 0, localPort: 20, pid: 24 },
} as const satisfies Record<string, Layout>;

/** Reads a table of GetExtendedTcpTable or GetExtendedUdpTable: the number of rows, then the rows. */
export function parseSocketTable(table: Uint8Array, name: keyof typeof SOCKET_TABLES): SocketEntry[] {
  const layout: Layout = SOCKET_TABLES[name];
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  const rows = Math.min(view.getUint32(0, true), Math.floor((table.length - 4) / layout.rowBytes));
  return Array.from({ length: rows }, (_, row) => {
    const at = 4 + row * layout.rowBytes;
    const address = (offset: number) => {
      const bytes = table.subarray(at + offset, at + offset + layout.addressBytes);
      return layout.addressBytes === 4 ? bytes.join('.') : formatIpv6(bytes);
    };
    const state = layout.tcp
      ? (TCP_STATES[view.getUint32(at + layout.tcp.state, true) - 1] ?? 'closed')
      : 'open';
    // a listener has whatever was there before in the fields of its peer
    const peer = state === 'listen' ? undefined : layout.tcp;
    return {
      protocol: layout.protocol,
      localAddress: address(layout.local),
      localPort: view.getUint16(at + layout.localPort),
      remoteAddress: peer ? address(peer.remote) : null,
      remotePort: peer ? view.getUint16(at + peer.remotePort) : null,
      state,
      pid: view.getUint32(at + layout.pid, true),
    };
  });
}
