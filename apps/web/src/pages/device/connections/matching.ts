import type { Connection } from '@muster/contracts';

/** What people look for first: who talks, then who listens, then what only waits to end. */
const ORDER: Readonly<Partial<Record<Connection['state'], number>>> = { established: 0, listen: 1, open: 2 };
const LAST = 3;

/** Connections that have every word of the filter in them, in the order in which they matter. */
export function matching(connections: readonly Connection[], filter: string): Connection[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return connections
    .filter((one) => {
      const text = textOf(one);
      return words.every((word) => text.includes(word));
    })
    .sort(
      (one, other) =>
        (ORDER[one.state] ?? LAST) - (ORDER[other.state] ?? LAST) ||
        (one.process ?? '~').localeCompare(other.process ?? '~') ||
        one.localPort - other.localPort,
    );
}

function textOf({
  process,
  pid,
  protocol,
  localAddress,
  localPort,
  remoteAddress,
  remotePort,
  state,
}: Connection) {
  const local = placeOf(localAddress, localPort);
  const remote = remoteAddress === null ? '' : placeOf(remoteAddress, remotePort);
  return [process, pid, protocol, local, remote, stateText(state)].join(' ').toLowerCase();
}

/** `10.0.0.5:443`, `[fe80::1]:22`. */
export function placeOf(address: string, port: number | null): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** `time_wait` as people write it. */
export function stateText(state: Connection['state']): string {
  return state.replaceAll('_', ' ');
}
