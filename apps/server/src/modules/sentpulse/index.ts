import { createContextValues } from '@connectrpc/connect';
import {
  universalServerRequestFromFetch,
  universalServerResponseToFetch,
} from '@connectrpc/connect/protocol';
import type { Permission } from '@muster/contracts';
import { ANONYMOUS, type RawRoute } from '../../platform/http/index.ts';
import { actorKey, createServices, type SentpulseDeps } from './services.ts';

export type { SentpulseDeps } from './services.ts';

/** What a caller needs for each method; a method that is not here does not exist on the listener. */
const METHODS: Readonly<Record<string, Permission>> = {
  '/sentpulse.v1.AgentService/CheckIn': 'devices:check-in',
  '/sentpulse.v1.DashboardService/ListDevices': 'devices:read',
  '/sentpulse.v1.DashboardService/GetDevice': 'devices:read',
  '/sentpulse.v1.DashboardService/GetDeviceTelemetry': 'devices:read',
};

/** sentpulse.v1 on the console listener: Connect (JSON and binary) and gRPC-Web, each method behind its permission. */
export function createSentpulse(deps: SentpulseDeps): { readonly routes: RawRoute[] } {
  const handlers = createServices(deps).handlers;
  return {
    routes: Object.entries(METHODS).map(([path, permission]) => {
      const handler = handlers.find((one) => one.requestPath === path);
      if (!handler) throw new Error(`sentpulse.v1 has no method ${path}`);
      return {
        method: 'POST',
        path,
        access: { permission },
        handle: async (request, context) => {
          const contextValues = createContextValues().set(actorKey, context.actor ?? ANONYMOUS);
          const answer = await handler({ ...universalServerRequestFromFetch(request, {}), contextValues });
          return universalServerResponseToFetch(answer);
        },
      };
    }),
  };
}
