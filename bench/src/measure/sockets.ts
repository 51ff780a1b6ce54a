/** Bytes that a process sent and received over its open TCP sockets, headers of TCP and IP left out. */
export function socketBytes(pid: number): number {
  const { stdout } = Bun.spawnSync(['ss', '-tinpOH', 'state', 'established']);
  let bytes = 0;
  for (const line of stdout.toString().split('\n')) {
    if (!line.includes(`pid=${pid},`)) continue;
    for (const [, count] of line.matchAll(/bytes_(?:sent|received):(\d+)/g)) bytes += Number(count);
  }
  return bytes;
}

/** Ends every socket that goes to `address` (`host:port` on loopback), as an administrator of this machine can. */
export function cutSockets(address: string): void {
  const [host = '', port = ''] = address.split(':');
  Bun.spawnSync(['ss', '-K', 'dst', host, 'dport', '=', `:${port}`]);
}
