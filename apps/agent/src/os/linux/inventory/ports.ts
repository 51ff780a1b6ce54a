import type { Finding } from '../../../inventory/item.ts';
import { findSocketOwners, parseSocketAddress, readSocketTable } from '../sockets.ts';

const LISTEN = '0A';
/** UDP has no listening: a socket without a peer takes what comes. */
const UNCONNECTED = '07';
const FIRST_EPHEMERAL = 32_768;

/** IV-6: the ports that somebody can knock at, with the program behind each. */
export function readListeningPorts(root: string, finding: Finding): void {
  const open = (['tcp', 'udp'] as const).flatMap((protocol) =>
    ['', '6'].flatMap((family) =>
      readSocketTable(root, `${protocol}${family}`)
        .filter(({ state }) => state === (protocol === 'tcp' ? LISTEN : UNCONNECTED))
        .map(({ local, inode }) => ({ protocol, inode, local: parseSocketAddress(local) }))
        .filter(({ local }) => !isPassing(local))
        .toArray(),
    ),
  );
  const owners = findSocketOwners(root, new Set(open.map(({ inode }) => inode)));
  for (const { protocol, local, inode } of open) {
    finding.add('port', `${protocol} ${local.address} ${local.port}`, {
      protocol,
      ...local,
      process: owners.get(inode)?.name ?? null,
    });
  }
}

/** Doors to itself that a program opens at a number of the moment: another each time, and nobody else can knock. */
function isPassing({ address, port }: { readonly address: string; readonly port: number }): boolean {
  return (address.startsWith('127.') || address === '::1') && port >= FIRST_EPHEMERAL;
}
