// The agents' door: TLS listener, handshake, frames, beacons. Modules meet it through ports.ts alone.
export { type Connections, createConnections } from './connections.ts';
export { createGateway, type Gateway, type GatewayDeps } from './create-gateway.ts';
export { deviceState } from './device-state.ts';
export type * from './ports.ts';
export { rejection } from './rejections.ts';
