import { Counter, Gauge, type Registry } from 'prom-client';

/** What the gateway counts; nothing here names a device. */
export function createGatewayMetrics(registry: Registry) {
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name: `muster_gateway_${name}`, help, labelNames, registers });
  return {
    connected: new Gauge({
      name: 'muster_gateway_connected_devices',
      help: 'Devices with a proven socket on this gateway.',
      registers,
    }),
    handshakes: counter('handshakes_total', 'Ended handshakes by outcome.', ['outcome']),
    frames: counter('frames_total', 'Frames from agents by kind.', ['kind']),
    bytes: counter('received_bytes_total', 'Bytes of frames and beacons from agents.'),
    faults: counter('faults_total', 'Frames and beacons that broke a rule, by rule.', ['rule']),
    cuts: counter('cuts_total', 'Sockets that this gateway ended, by reason.', ['reason']),
    beacons: counter('beacons_total', 'Beacons by outcome.', ['outcome']),
    failures: counter('failures_total', 'Frames whose handling failed on our side, by kind.', ['kind']),
  };
}

/** See `createGatewayMetrics`. */
export type GatewayMetrics = ReturnType<typeof createGatewayMetrics>;
