import type { Clock } from '../clock/index.ts';
import type { Trust } from '../crypto/index.ts';
import type { Logger } from '../log/index.ts';
import type { DeviceBudgets } from './frames/device-budgets.ts';
import type { GatewayMetrics } from './metrics.ts';
import type { GatewayPorts } from './ports.ts';
import type { Connections } from './socket/connections.ts';

/** What every part of the gateway works with. */
export type GatewayContext = {
  readonly ports: GatewayPorts;
  readonly trust: Pick<Trust, 'installationId' | 'deviceCa' | 'gatewayTls' | 'issueDeviceCertificate'>;
  readonly connections: Connections;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: GatewayMetrics;
  readonly budgets: DeviceBudgets;
};
