// The agents' door: TLS listener, handshake, frames, beacons. Modules meet it through ports.ts alone.

export { createGateway } from './create-gateway.ts';
export type * from './ports.ts';
export { createConnections } from './socket/connections.ts';
export { deviceState } from './socket/device-state.ts';
export { rejection } from './socket/rejections.ts';
