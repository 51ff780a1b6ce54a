import { existsSync, readdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { Finding, type Found } from '../../../inventory/item.ts';
import { readText } from '../proc-file.ts';
import { parseSocketAddress } from '../sockets.ts';

/** IV-6: interfaces, routes and name servers. */
export async function readNetwork(root: string): Promise<Found> {
  const finding = new Finding();
  await finding.part('interfaces', () => readInterfaces(root, finding));
  await finding.part('routes', () => {
    readRoutes(root, finding);
    readRoutes6(root, finding);
  });
  await finding.part('name servers', () => readResolvers(root, finding));
  return finding.found;
}

function readInterfaces(root: string, finding: Finding): void {
  const folder = `${root}/sys/class/net`;
  if (!existsSync(folder)) return;
  const addresses = networkInterfaces();
  for (const name of readdirSync(folder).sort()) {
    const at = (file: string) => readText(`${folder}/${name}/${file}`);
    const speed = Number(at('speed'));
    finding.add('interface', name, {
      mac: at('address') || null,
      addresses: (addresses[name] ?? []).flatMap(({ cidr }) => cidr ?? []).sort(),
      up: at('operstate') === 'up' ? true : at('operstate') === 'down' ? false : null,
      mtu: Number(at('mtu')) || null,
      speedMbps: speed > 0 ? speed : null,
      kind: kindOf(folder, name),
    });
  }
}

function kindOf(folder: string, name: string): string {
  if (name === 'lo') return 'loopback';
  if (existsSync(`${folder}/${name}/wireless`)) return 'wireless';
  if (existsSync(`${folder}/${name}/bridge`)) return 'bridge';
  if (existsSync(`${folder}/${name}/bonding`)) return 'bond';
  if (existsSync(`${folder}/${name}/tun_flags`)) return 'tunnel';
  return existsSync(`${folder}/${name}/device`) ? 'ethernet' : 'virtual';
}

const UP = 1;

/** /proc/net/route: addresses in hexadecimal, in the byte order of the machine. */
function readRoutes(root: string, finding: Finding): void {
  for (const line of (readText(`${root}/proc/net/route`) ?? '').split('\n').slice(1)) {
    const [name = '', destination = '', gateway = '', flags = '', , , metric, mask = ''] = line.split('\t');
    if (!(Number.parseInt(flags, 16) & UP)) continue;
    const bits = (Number.parseInt(mask, 16) >>> 0).toString(2).replaceAll('0', '').length;
    addRoute(finding, {
      destination: `${parseSocketAddress(`${destination}:0`).address}/${bits}`,
      gateway: gateway === '00000000' ? null : parseSocketAddress(`${gateway}:0`).address,
      interface: name,
      metric: Number(metric),
    });
  }
}

const LOCAL_TABLE_FLAGS = 0x80000000;

/** /proc/net/ipv6_route: addresses as 32 digits in network order. */
function readRoutes6(root: string, finding: Finding): void {
  for (const line of (readText(`${root}/proc/net/ipv6_route`) ?? '').split('\n')) {
    const [destination = '', bits = '', , , gateway = '', metric = '', , , flags = '', name = ''] =
      line.split(/\s+/);
    const isOurs = Number.parseInt(flags, 16) & UP && !(Number.parseInt(flags, 16) & LOCAL_TABLE_FLAGS);
    if (!isOurs || name === 'lo' || destination.startsWith('ff')) continue;
    addRoute(finding, {
      destination: `${expand(destination)}/${Number.parseInt(bits, 16)}`,
      gateway: /^0+$/.test(gateway) ? null : expand(gateway),
      interface: name,
      metric: Number.parseInt(metric, 16),
    });
  }
}

function expand(digits: string): string {
  return new URL(`http://[${digits.match(/.{4}/g)?.join(':')}]`).hostname.slice(1, -1);
}

type Route = { destination: string; gateway: string | null; interface: string; metric: number };

function addRoute(finding: Finding, route: Route): void {
  finding.add('route', `${route.destination} ${route.gateway ?? '-'} ${route.interface}`, route);
}

/** resolv.conf, and behind a stub of systemd what the stub itself asks. */
function readResolvers(root: string, finding: Finding): void {
  const stub = readText(`${root}/run/systemd/resolve/resolv.conf`);
  const text = stub ?? readText(`${root}/etc/resolv.conf`) ?? '';
  const domains = /^search\s+(.*)$/m.exec(text)?.[1]?.split(/\s+/) ?? [];
  for (const [, address = ''] of text.matchAll(/^nameserver\s+(\S+)/gm)) {
    finding.add('resolver', address, { address, interface: null, domains });
  }
}
