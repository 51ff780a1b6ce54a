import { Finding, type Found } from '../../../inventory/item.ts';
import type { MacSource } from './profiler.ts';

/** IV-6: interfaces, routes and name servers. */
export async function readNetwork({ run }: MacSource): Promise<Found> {
  const finding = new Finding();
  await finding.part('interfaces', async () => {
    const ports = (await run(['networksetup', '-listallhardwareports'])) ?? '';
    addInterfaces((await run(['ifconfig', '-a'])) ?? '', ports, finding);
  });
  await finding.part('routes', async () => addRoutes((await run(['netstat', '-rn'])) ?? '', finding));
  await finding.part('name servers', async () =>
    addResolvers((await run(['scutil', '--dns'])) ?? '', finding),
  );
  return finding.found;
}

/** Blocks of ifconfig, and the names that networksetup has for some of them. */
export function addInterfaces(ifconfig: string, hardwarePorts: string, finding: Finding): void {
  const wireless = /Hardware Port: Wi-Fi\nDevice: (\S+)/.exec(hardwarePorts)?.[1];
  for (const block of ifconfig.split(/^(?=\S)/m)) {
    const [, name, flags = '', mtu] = /^(\S+): flags=\w+<([^>]*)>.* mtu (\d+)/.exec(block) ?? [];
    if (name === undefined) continue;
    const status = /^\s+status: (\S+)/m.exec(block)?.[1];
    finding.add('interface', name, {
      mac: /^\s+ether (\S+)/m.exec(block)?.[1] ?? null,
      addresses: addressesOf(block).sort(),
      up: status === undefined ? flags.split(',').includes('UP') : status === 'active',
      mtu: Number(mtu),
      speedMbps: speedOf(/^\s+media: (.*)$/m.exec(block)?.[1] ?? ''),
      kind: name === wireless ? 'wireless' : kindOf(name),
    });
  }
}

function addressesOf(block: string): string[] {
  const four = [...block.matchAll(/^\s+inet (\S+).* netmask 0x([0-9a-f]{8})/gm)].map(
    ([, address, mask = '']) => {
      const bits = Number.parseInt(mask, 16).toString(2).replaceAll('0', '').length;
      return `${address}/${bits}`;
    },
  );
  const six = [...block.matchAll(/^\s+inet6 ([^\s%]+)\S* prefixlen (\d+)/gm)].map(
    ([, address, bits]) => `${address}/${bits}`,
  );
  return [...four, ...six];
}

/** `autoselect (1000baseT <full-duplex>)`, `10Gbase-T`. */
function speedOf(media: string): number | null {
  const [, number = '', giga] = /(\d+(?:\.\d+)?)(G)?base/i.exec(media) ?? [];
  return number === '' ? null : Math.round(Number(number) * (giga ? 1_000 : 1));
}

function kindOf(name: string): string {
  if (name.startsWith('lo')) return 'loopback';
  if (name.startsWith('bridge')) return 'bridge';
  if (/^(utun|gif|stf|ipsec|ppp)/.test(name)) return 'tunnel';
  return name.startsWith('en') ? 'ethernet' : 'virtual';
}

const NEIGHBOUR_OR_GROUP = /[LmM]/;

/** netstat writes `192.168.1` for 192.168.1.0/24; neighbours, groups and the way to itself are left out. */
export function addRoutes(output: string, finding: Finding): void {
  let any = '0.0.0.0/0';
  for (const line of output.split('\n')) {
    if (line.startsWith('Internet6:')) any = '::/0';
    const [destination = '', gateway = '', flags = '', name = ''] = line.trim().split(/\s+/);
    const isRoute = /^U[A-Za-z]*$/.test(flags) && !NEIGHBOUR_OR_GROUP.test(flags) && !name.startsWith('lo');
    if (!isRoute || /^(ff|224)/.test(destination)) continue;
    const to = destination === 'default' ? any : expand(destination);
    const via = gateway.startsWith('link#') ? null : gateway.replace(/%.*$/, '');
    finding.add('route', `${to} ${via ?? '-'} ${name}`, {
      ...{ destination: to, gateway: via, interface: name, metric: null },
    });
  }
}

function expand(destination: string): string {
  if (destination.includes(':')) return destination.replace(/%[^/]+/, '');
  const [address = '', bits] = destination.split('/');
  const octets = address.split('.');
  const whole = [...octets, '0', '0', '0'].slice(0, 4).join('.');
  return `${whole}/${bits ?? octets.length * 8}`;
}

/** The resolvers that everybody uses; those of single interfaces repeat them, and multicast has none. */
export function addResolvers(output: string, finding: Finding): void {
  const [common = ''] = output.split('DNS configuration (for scoped queries)');
  for (const block of common.split(/^resolver #\d+$/m).slice(1)) {
    if (/^\s*options\s*:\s*mdns/m.test(block)) continue;
    const values = (name: string) =>
      [...block.matchAll(new RegExp(`^\\s*${name}\\s*(?:\\[\\d+\\])?\\s*: (\\S+)`, 'gm'))].map(
        ([, value = '']) => value,
      );
    const domains = [...values('domain'), ...values('search domain')].slice(0, 32);
    const name = /if_index\s*:\s*\d+ \((\S+)\)/.exec(block)?.[1] ?? null;
    for (const address of values('nameserver'))
      finding.add('resolver', [address, name, ...values('domain')].filter(Boolean).join(' '), {
        ...{ address, interface: name, domains },
      });
  }
}
