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

/** Ends every socket of this machine that goes to a port, of both families, as its administrator can. */
export function cutSockets(port: number): void {
  Bun.spawnSync(['ss', '-K', 'dport', '=', `:${port}`]);
}
