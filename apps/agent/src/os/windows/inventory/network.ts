import { Finding, type Found } from '../../../inventory/item.ts';
import type { AdapterDetails } from '../tables/adapters.ts';
import type { Route } from '../tables/route-table.ts';

/** Kinds of interfaces as IANA numbers them. */
const KINDS: Readonly<Record<number, string>> = {
  6: 'ethernet',
  23: 'ppp',
  24: 'loopback',
  71: 'wireless',
  131: 'tunnel',
  243: 'mobile',
  244: 'mobile',
};
/** Loopback says that any length is well. */
const ANY_LENGTH = 0xffff_ffff;
/** What Windows puts in where nobody has set a server; nothing answers there. */
const PLACEHOLDER = /^fec0:0:0:ffff::[123]$/;

/** What Windows is asked for; each throws when it refuses. */
export type NetworkSource = {
  adapters(): readonly AdapterDetails[];
  routes(): readonly Route[];
};

/** IV-6: interfaces, routes and name servers. */
export async function readNetwork(source: NetworkSource): Promise<Found> {
  const finding = new Finding();
  const names = new Map<number, string>();
  await finding.part('interfaces', () => {
    for (const adapter of source.adapters()) {
      names.set(adapter.index, adapter.name);
      addAdapter(finding, adapter);
    }
  });
  await finding.part('routes', () => {
    for (const { destination, gateway, interfaceIndex, metric } of source.routes()) {
      const name = names.get(interfaceIndex) ?? null;
      finding.add('route', `${destination} ${gateway ?? '-'} ${name ?? '-'}`, {
        ...{ destination, gateway, interface: name, metric },
      });
    }
  });
  return finding.found;
}

function addAdapter(finding: Finding, adapter: AdapterDetails): void {
  const { name, mac, addresses, isUp, mtu, speed, type, resolvers, dnsSuffix } = adapter;
  finding.add('interface', name, {
    mac: mac || null,
    addresses,
    up: isUp,
    mtu: mtu === 0 || mtu === ANY_LENGTH ? null : mtu,
    speedMbps: isUp && speed !== undefined && speed >= 1_000_000 ? Math.round(speed / 1_000_000) : null,
    kind: KINDS[type] ?? 'other',
  });
  // an adapter without a cable keeps the servers that it had
  if (!isUp || KINDS[type] === 'loopback') return;
  const domains = dnsSuffix === '' ? [] : [dnsSuffix];
  for (const address of new Set(resolvers.filter((one) => !PLACEHOLDER.test(one))))
    finding.add('resolver', `${address} ${name}`, { address, interface: name, domains });
}
