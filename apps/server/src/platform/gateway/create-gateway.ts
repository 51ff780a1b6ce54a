import { create } from '@bufbuild/protobuf';
import { KeysChangedSchema, type SignedStatement } from '@muster/contracts/wire';
import type { Server } from 'bun';
import type { Registry } from 'prom-client';
import { createNonces } from './beacon/nonces.ts';
import type { GatewayContext } from './context.ts';
import { drain } from './drain.ts';
import { createDeviceBudgets } from './frames/device-budgets.ts';
import { DEAD_AFTER_S, openListener } from './listener.ts';
import { createGatewayMetrics } from './metrics.ts';
import { sendFrame } from './socket/send-frame.ts';
import type { Session } from './socket/session.ts';
import { createWaiting } from './socket/waiting.ts';

/** What the gateway is made from; `connections` is made first, because the modules send through it. */
export type GatewayDeps = Omit<GatewayContext, 'metrics' | 'budgets'> & {
  readonly registry: Registry;
  /** Seconds of silence after which a socket is dead; Bun counts in fours. */
  readonly deadAfterS?: number;
};

/** The listener side of the gateway. */
export interface Gateway {
  /** Listens on one more address; the answer carries the port, which matters when 0 was asked for. */
  listen(hostname: string, port: number): { readonly hostname: string; readonly port: number };
  /** Whether it listens and takes agents. */
  isReady(): boolean;
  /** Tells every connected agent the key statements as they are now; the others learn them when they come. */
  announceKeys(keys: readonly SignedStatement[]): void;
  /** Sends everybody away at spread times, then closes the listeners. */
  stop(): Promise<void>;
}

/** Makes a gateway that listens nowhere yet. */
export function createGateway({ registry, deadAfterS = DEAD_AFTER_S, ...deps }: GatewayDeps): Gateway {
  const budgets = createDeviceBudgets(deps.clock);
  const context: GatewayContext = { ...deps, metrics: createGatewayMetrics(registry), budgets };
  const nonces = createNonces(() => context.clock.now());
  const waiting = createWaiting(context.clock);
  const servers: Server<Session>[] = [];
  let stopping = false;

  return {
    listen(hostname, port) {
      const parts = { context, nonces, waiting, isStopping: () => stopping, deadAfterS };
      const server = openListener(parts, hostname, port);
      servers.push(server);
      return { hostname, port: server.port ?? port };
    },
    isReady: () => servers.length > 0 && !stopping,
    announceKeys(keys) {
      const value = create(KeysChangedSchema, { keys: [...keys] });
      for (const socket of context.connections.all()) sendFrame(socket, { case: 'keysChanged', value });
    },
    async stop() {
      stopping = true;
      waiting.stop();
      drain(context.connections);
      await Promise.all(servers.map((server) => server.stop(true)));
    },
  };
}
