import { ConnectionList, type Connections } from '../connection-list.ts';
import { queryProcessTable } from './native/ntdll.ts';
import { querySockets } from './native/sockets.ts';
import { parseProcessTable } from './tables/process-table.ts';
import type { SocketEntry } from './tables/socket-table.ts';

/** IV-6: the sockets of TCP and UDP from the tables of iphlpapi, with the names of their processes. */
export function readConnections(most: number): Connections {
  const list = new ConnectionList<SocketEntry>(most);
  for (const table of ['tcp', 'tcp6', 'udp', 'udp6'] as const)
    for (const entry of querySockets(table)) list.add(entry);
  const names = new Map(parseProcessTable(queryProcessTable()).map(({ pid, name }) => [pid, name]));
  const connections = list.entries.map(({ pid, ...entry }) => ({
    ...entry,
    // what is left of a connection that was closed belongs to no process
    pid: pid === 0 ? null : pid,
    process: names.get(pid) ?? null,
  }));
  return { connections, total: list.total };
}
