import type { Connection } from '@muster/contracts';
import type { Finding } from '../inventory/item.ts';

/** Where IANA, Windows and macOS begin with numbers of the moment. */
const FIRST_EPHEMERAL = 49_152;

/** IV-6: of all sockets, the ports that somebody can knock at. */
export function addPorts(finding: Finding, connections: readonly Connection[]): void {
  const seen = new Set<string>();
  for (const { protocol, localAddress: address, localPort: port, state, process } of connections) {
    const key = `${protocol} ${address} ${port}`;
    if ((state !== 'listen' && state !== 'open') || seen.has(key) || isPassing(address, port)) continue;
    seen.add(key);
    finding.add('port', key, { protocol, address, port, process });
  }
}

/** Doors that a program opens to itself, or to send a question: another each time, and nobody else can knock. */
function isPassing(address: string, port: number): boolean {
  return port === 0 || ((address.startsWith('127.') || address === '::1') && port >= FIRST_EPHEMERAL);
}
