import { existsSync } from 'node:fs';
import { createInterfaceCollector, type InterfaceCounters } from '../../interface-collector.ts';
import type { Collector } from '../../os.ts';
import { ProcFile, readText } from '../proc-file.ts';

const MAX_INTERFACES = 32;

type Kind = Pick<InterfaceCounters, 'mac' | 'isHardware'>;

/**
 * Interfaces from /proc/net/dev. The machine's own rate is that of its hardware, or, where there is none (a container),
 * of all but loopback: a bridge would count a packet twice.
 */
export function createNetworkCollector(root: string, now: () => number): Collector {
  const file = new ProcFile(`${root}/proc/net/dev`);
  const kinds = new Map<string, Kind>();

  function kindOf(name: string): Kind {
    const known = kinds.get(name);
    if (known) return known;
    const folder = `${root}/sys/class/net/${name}`;
    const found = { mac: readText(`${folder}/address`) ?? '', isHardware: existsSync(`${folder}/device`) };
    kinds.set(name, found);
    return found;
  }

  return createInterfaceCollector(() => {
    const seen = parseInterfaces(file.read());
    if (kinds.size > seen.length * 2 + MAX_INTERFACES) kinds.clear();
    return seen.map((counters) => ({ ...counters, ...kindOf(counters.name) }));
  }, now);
}

/** Interfaces of /proc/net/dev without loopback and the host's ends of containers' cables. */
function parseInterfaces(text: string): Omit<InterfaceCounters, keyof Kind>[] {
  const found: Omit<InterfaceCounters, keyof Kind>[] = [];
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim();
    if (colon < 0 || name === 'lo' || name.startsWith('veth') || found.length >= MAX_INTERFACES) continue;
    const columns = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/);
    found.push({ name, receivedBytes: Number(columns[0]), sentBytes: Number(columns[8]) });
  }
  return found;
}
