import type { Collector, InstanceName, SampleSink } from './os.ts';
import { Rates } from './rates.ts';

/** One network interface with its rising counters. */
export type InterfaceCounters = {
  /** The name people give it: "Ethernet", "en0". */
  readonly name: string;
  readonly mac: string;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly isHardware: boolean;
};

/** So many names that nothing has any more are kept (interfaces). */
const MANY_GONE = 32;

/** Bits received and sent for each interface; the machine's own rate is that of its hardware, or of all without any. */
export function createInterfaceCollector(read: () => InterfaceCounters[], now: () => number): Collector {
  const instances = new Map<string, InstanceName>();
  const rates = new Rates();

  function instanceOf({ name, mac }: InterfaceCounters): InstanceName {
    const known = instances.get(name);
    if (known?.detail === mac) return known;
    const instance: InstanceName = { kind: 'interface', name, detail: mac };
    instances.set(name, instance);
    return instance;
  }

  return {
    name: 'network',
    essential: true,
    sample(sink: SampleSink) {
      const at = now();
      const entries = read();
      const hasHardware = entries.some((entry) => entry.isHardware);
      let sum: { received: number; sent: number } | undefined;
      rates.begin();
      for (const entry of entries) {
        const received = rates.perSecond(`${entry.name} r`, entry.receivedBytes * 8, at);
        const sent = rates.perSecond(`${entry.name} s`, entry.sentBytes * 8, at);
        if (received === undefined || sent === undefined) continue;
        const instance = instanceOf(entry);
        sink.instance(instance, 'network.received', received);
        sink.instance(instance, 'network.sent', sent);
        if (hasHardware && !entry.isHardware) continue;
        sum = { received: (sum?.received ?? 0) + received, sent: (sum?.sent ?? 0) + sent };
      }
      rates.sweep();
      // Interfaces come and go under ever new names where containers do.
      if (instances.size > entries.length * 2 + MANY_GONE) instances.clear();
      if (!sum) return;
      sink.device('network.received', sum.received);
      sink.device('network.sent', sum.sent);
    },
  };
}
