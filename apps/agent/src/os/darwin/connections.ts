import { ConnectionList, type Connections } from '../connection-list.ts';
import { run } from '../run.ts';
import { parseNetstat } from './structs/netstat.ts';

/** IV-6: the sockets that netstat lists: no call that macOS documents tells of other people's. */
export async function readConnections(most: number): Promise<Connections> {
  const output = await run(['netstat', '-anvW', '-f', 'inet']);
  const output6 = await run(['netstat', '-anvW', '-f', 'inet6']);
  if (output === undefined) throw new Error('this system has no netstat to list its connections');
  const list = new ConnectionList<ReturnType<typeof parseNetstat>[number]>(most);
  for (const entry of [...parseNetstat(output), ...parseNetstat(output6 ?? '')]) list.add(entry);
  return { connections: list.entries, total: list.total };
}
