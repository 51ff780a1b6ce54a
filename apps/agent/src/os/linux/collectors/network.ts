import { existsSync } from 'node:fs';
import type { Collector, InstanceName, SampleSink } from '../../os.ts';
import { Rates } from '../../rates.ts';
import { ProcFile, readText } from '../proc-file.ts';

const MAX_INTERFACES = 32;

type Interface = { readonly instance: InstanceName; readonly physical: boolean };

/**
 * Bits received and sent for each interface, from /proc/net/dev. The machine's own rate is that of its physical
 * interfaces, or, where there is none (a container), of all but loopback: a bridge would count a packet twice.
 */
export function createNetworkCollector(root: string, now: () => number): Collector {
  const file = new ProcFile(`${root}/proc/net/dev`);
  const interfaces = new Map<string, Interface>();
  const rates = new Rates();

  function describe(name: string): Interface {
    const known = interfaces.get(name);
    if (known) return known;
    const folder = `${root}/sys/class/net/${name}`;
    const found: Interface = {
      instance: { kind: 'interface', name, detail: readText(`${folder}/address`) ?? '' },
      physical: existsSync(`${folder}/device`),
    };
    interfaces.set(name, found);
    return found;
  }

  return {
    name: 'network',
    essential: true,
    sample(sink: SampleSink) {
      const at = now();
      const seen = parseInterfaces(file.read());
      const sums = { physical: emptySum(), all: emptySum() };
      rates.begin();
      for (const { name, received, sent } of seen) {
        const { instance, physical } = describe(name);
        const receivedRate = rates.perSecond(`${name} r`, received * 8, at);
        const sentRate = rates.perSecond(`${name} s`, sent * 8, at);
        if (receivedRate === undefined || sentRate === undefined) continue;
        sink.instance(instance, 'network.received', receivedRate);
        sink.instance(instance, 'network.sent', sentRate);
        add(sums.all, receivedRate, sentRate);
        if (physical) add(sums.physical, receivedRate, sentRate);
      }
      rates.sweep();
      if (interfaces.size > seen.length * 2 + MAX_INTERFACES) interfaces.clear();
      const sum = sums.physical.count > 0 ? sums.physical : sums.all;
      if (sum.count > 0) {
        sink.device('network.received', sum.received);
        sink.device('network.sent', sum.sent);
      }
    },
  };
}

type Sum = { count: number; received: number; sent: number };

function emptySum(): Sum {
  return { count: 0, received: 0, sent: 0 };
}

function add(sum: Sum, received: number, sent: number): void {
  sum.count += 1;
  sum.received += received;
  sum.sent += sent;
}

/** Interfaces of /proc/net/dev without loopback and the host's ends of containers' cables. */
function parseInterfaces(text: string): { name: string; received: number; sent: number }[] {
  const found: { name: string; received: number; sent: number }[] = [];
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim();
    if (colon < 0 || name === 'lo' || name.startsWith('veth') || found.length >= MAX_INTERFACES) continue;
    const columns = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/);
    found.push({ name, received: Number(columns[0]), sent: Number(columns[8]) });
  }
  return found;
}
