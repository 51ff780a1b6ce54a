import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { MusterError } from '@muster/contracts';
import type { TLSOptions } from 'bun';
import { z } from 'zod';
import type { Clock } from '../../platform/clock/index.ts';
import { explainListenError, ListenError, type Listeners } from '../../platform/http/index.ts';
import type { Logger } from '../../platform/log/index.ts';
import type { Settings } from '../../platform/settings/index.ts';

/** One address on which console and gateway can be reached. */
export type Door = {
  readonly address: string;
  readonly consolePort: number;
  readonly gatewayPort: number;
  /** False on loopback, where the console speaks plain HTTP. The gateway is always TLS. */
  readonly secure: boolean;
};

export type DoorsDeps = {
  readonly listeners: Listeners;
  readonly gateway: { listen(hostname: string, port: number): { readonly port: number } };
  readonly ports: { readonly console: number; readonly gateway: number };
  /** Of the console, beyond loopback. */
  readonly tls: TLSOptions;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Logger;
};

/** Opens and remembers the addresses of this server. */
export interface Doors {
  list(): readonly Door[];
  /** Loopback, what the configuration names, and what was added before; throws ListenError for the first two. */
  open(configured: readonly string[]): Promise<void>;
  /** Opens a further address now and at every later start; throws invalid_input with the reason. */
  add(address: string): Promise<void>;
  /** Addresses that were added before and cannot be opened any more. */
  missing(): readonly string[];
  stop(): void;
}

const REMEMBERED = 'listen';
const RESCAN_MS = 15_000;

/** No door is open yet. */
export function createDoors(deps: DoorsDeps): Doors {
  const doors: Door[] = [];
  const wanted = new Set<string>();
  const missing = new Set<string>();
  let cancel: (() => void) | undefined;

  const openAll = (address: string) => {
    for (const one of expand(address)) {
      if (!doors.some((door) => door.address === one)) doors.push(openDoor(deps, one, doors[0]));
    }
    wanted.add(address);
  };
  const rescan = () => {
    for (const address of [...wanted].filter(isWildcard)) attempt(deps.log, () => openAll(address));
    for (const address of [...missing]) {
      if (attempt(deps.log, () => openAll(address), 'debug')) missing.delete(address);
    }
    cancel = deps.clock.after(RESCAN_MS, rescan);
  };
  const remembered = async () => (await deps.settings.read(REMEMBERED, z.array(z.string()))) ?? [];
  return {
    list: () => doors,
    missing: () => [...missing],
    open: async (configured) => {
      openLoopback(deps, doors);
      for (const address of configured) openAll(address);
      for (const address of await remembered()) {
        if (!attempt(deps.log, () => openAll(address))) missing.add(address);
      }
      cancel = deps.clock.after(RESCAN_MS, rescan);
    },
    add: async (address) => {
      const plain = address.trim().replace(/^\[(.*)\]$/, '$1');
      try {
        openAll(plain);
      } catch (error) {
        throw new MusterError('invalid_input', error instanceof Error ? error.message : String(error), {
          address,
        });
      }
      missing.delete(plain);
      await deps.settings.write(REMEMBERED, [...new Set([...(await remembered()), plain])]);
    },
    stop: () => cancel?.(),
  };
}

/** Both loopbacks where the machine has both: `localhost` may mean either. */
function openLoopback(deps: DoorsDeps, doors: Door[]): void {
  const first = openPlainDoor(deps, '127.0.0.1');
  doors.push(first);
  const hasIpv6 = Object.values(networkInterfaces()).some((list) =>
    list?.some(({ address }) => address === '::1'),
  );
  if (hasIpv6) doors.push(openPlainDoor(deps, '::1', first));
}

function openPlainDoor({ listeners, gateway, ports }: DoorsDeps, address: string, like?: Door): Door {
  const { port } = listeners.add(address, like?.consolePort ?? ports.console);
  const gatewayPort = listenForAgents(gateway, address, like?.gatewayPort ?? ports.gateway);
  return { address, consolePort: port, gatewayPort, secure: false };
}

/** Further doors have the ports of the first, also where that was 0 and the system chose. */
function openDoor(
  { listeners, gateway, tls, ports }: DoorsDeps,
  address: string,
  like: Door | undefined,
): Door {
  const { port } = listeners.add(address, like?.consolePort ?? ports.console, tls);
  const gatewayPort = listenForAgents(gateway, address, like?.gatewayPort ?? ports.gateway);
  return { address, consolePort: port, gatewayPort, secure: true };
}

function listenForAgents(gateway: DoorsDeps['gateway'], address: string, port: number): number {
  try {
    return gateway.listen(address, port).port;
  } catch (error) {
    throw explainListenError(error, { address, port, flag: '--gateway-port' });
  }
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** A wildcard means each address of the machine: loopback has a door of its own, without TLS. */
function expand(address: string): string[] {
  if (!isWildcard(address)) {
    if (isIP(address)) return [address];
    throw new ListenError(
      `${address} is no IP address; name one of this machine, or 0.0.0.0 for all of them.`,
    );
  }
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((entry) => !entry.internal && !/^fe80:/i.test(entry.address))
    .filter((entry) => entry.family === 'IPv4' || address === '::')
    .map((entry) => entry.address);
}

function attempt(log: Logger, work: () => void, level: 'warn' | 'debug' = 'warn'): boolean {
  try {
    work();
    return true;
  } catch (err) {
    log[level]({ err }, 'an address cannot be opened');
    return false;
  }
}
