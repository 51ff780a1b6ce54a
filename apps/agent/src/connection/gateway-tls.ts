import { gatewayServerName } from '@muster/contracts/wire';
import type { Identity } from '../identity/identity.ts';

/** TLS options of Bun's fetch and WebSocket towards a gateway. */
export type GatewayTls = {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly serverName: string;
};

/**
 * Only the server CA of the enrolment is believed, and only the fixed name of this installation's gateways, whatever
 * address is dialled (foundations 1). `serverName` is both what is asked for (SNI) and what is verified.
 */
export function gatewayTls(identity: Identity, keyPem: string): GatewayTls {
  return {
    ca: identity.serverCa,
    cert: identity.deviceCertificate,
    key: keyPem,
    serverName: gatewayServerName(identity.installationId),
  };
}
