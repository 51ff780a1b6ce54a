import { BlockList, isIP } from 'node:net';

/** Where a request came from, and whether over TLS. */
export type Origin = { readonly address: string; readonly secure: boolean };

/** Corrects where a request came from by what trusted proxies say; everybody else says nothing that counts. */
export type SeenThrough = (socket: Origin, headers: Headers) => Origin;

/**
 * Reads X-Forwarded-For from the right: each proxy appends whom it heard, so the first hop that is no proxy of ours is
 * the client. What stands further left was written by the client itself and may be made up. X-Forwarded-Proto counts
 * only from a trusted proxy too, its last word alone.
 */
export function createSeenThrough(networks: readonly string[]): SeenThrough {
  if (networks.length === 0) return (socket) => socket;
  const trusted = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = familyOf(address);
    trusted.addSubnet(address, Number(prefix ?? (family === 'ipv4' ? 32 : 128)), family);
  }
  const isTrusted = (address: string) => isIP(address) !== 0 && trusted.check(address, familyOf(address));
  return (socket, headers) => {
    if (!isTrusted(socket.address)) return socket;
    const protocol = lastOf(headers.get('x-forwarded-proto'))?.toLowerCase();
    return {
      address: clientOf(socket.address, headers.get('x-forwarded-for'), isTrusted),
      secure: protocol === undefined ? socket.secure : protocol === 'https',
    };
  };
}

function clientOf(nearest: string, said: string | null, isTrusted: (address: string) => boolean): string {
  let client = nearest;
  for (const hop of (said ?? '').split(',').toReversed()) {
    const address = withoutPort(hop.trim());
    // What is no address was not written by a proxy: the last one that was heard is all that is known.
    if (isIP(address) === 0) return client;
    client = address;
    if (!isTrusted(client)) return client;
  }
  return client;
}

function withoutPort(hop: string): string {
  const address = /^\[(.+)\](:\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop;
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

function lastOf(list: string | null): string | undefined {
  return list?.split(',').at(-1)?.trim() || undefined;
}
