import type { Connection, ConnectionState } from '@muster/contracts';
import { ConnectionList, type Connections } from '../connection-list.ts';
import {
  findSocketOwners,
  parseSocketAddress,
  readSocketTable,
  type SocketLine,
  type SocketOwner,
} from './sockets.ts';

/** Linux numbers the states of TCP (net/tcp_states.h); a request that is not answered yet counts as received. */
const TCP_STATES: Readonly<Record<string, ConnectionState>> = {
  '01': 'established',
  '02': 'syn_sent',
  '03': 'syn_received',
  '04': 'fin_wait_1',
  '05': 'fin_wait_2',
  '06': 'time_wait',
  '07': 'closed',
  '08': 'close_wait',
  '09': 'last_ack',
  '0A': 'listen',
  '0B': 'closing',
  '0C': 'syn_received',
};
const UDP_CONNECTED = '01';

/** IV-6: the sockets of TCP and UDP from /proc/net, and who holds them. Only what is told of is looked up. */
export function readConnections(root: string, most: number): Connections {
  const list = new ConnectionList<Line>(most);
  for (const protocol of ['tcp', 'udp'] as const)
    for (const family of ['', '6'])
      for (const line of readSocketTable(root, `${protocol}${family}`))
        list.add({ ...line, protocol, state: stateOf(protocol, line.state) });
  const { entries, total } = list;
  const owners = findSocketOwners(root, new Set(entries.map(({ inode }) => inode)));
  return { connections: entries.map((line) => describe(line, owners.get(line.inode))), total };
}

type Line = Omit<SocketLine, 'state'> & Pick<Connection, 'protocol' | 'state'>;

function stateOf(protocol: Connection['protocol'], state: string): ConnectionState {
  if (protocol === 'tcp') return TCP_STATES[state] ?? 'closed';
  return state === UDP_CONNECTED ? 'established' : 'open';
}

function describe({ protocol, local, remote, state }: Line, owner: SocketOwner | undefined): Connection {
  const { address: localAddress, port: localPort } = parseSocketAddress(local);
  const peer = parseSocketAddress(remote);
  const hasPeer = peer.port !== 0;
  return {
    protocol,
    localAddress,
    localPort,
    remoteAddress: hasPeer ? peer.address : null,
    remotePort: hasPeer ? peer.port : null,
    state,
    pid: owner?.pid ?? null,
    process: owner?.name ?? null,
  };
}
