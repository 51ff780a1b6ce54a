import { z } from 'zod';
import { defineCommand } from './define-command.ts';

/** Connections that one answer holds at most; of more, those without a program go first. */
export const MOST_CONNECTIONS = 3_000;

/** Of TCP as RFC 9293 names them; a datagram socket is `open`, or `established` with the one peer that it has. */
export const CONNECTION_STATES = [
  'listen',
  'open',
  'established',
  'syn_sent',
  'syn_received',
  'fin_wait_1',
  'fin_wait_2',
  'close_wait',
  'closing',
  'last_ack',
  'time_wait',
  'closed',
] as const;
export const ConnectionState = z.enum(CONNECTION_STATES);
export type ConnectionState = z.infer<typeof ConnectionState>;

const port = z.number().int().min(0).max(65_535);

/** A socket with an address, as the endpoint's system lists it; without a peer `remoteAddress` is null. */
export const Connection = z.object({
  protocol: z.enum(['tcp', 'udp']),
  localAddress: z.string().max(64),
  localPort: port,
  remoteAddress: z.string().max(64).nullable(),
  remotePort: port.nullable(),
  state: ConnectionState,
  /** The process that holds it; null where the system does not say, and for what only waits to be forgotten. */
  pid: z.number().int().nonnegative().nullable(),
  process: z.string().max(100).nullable(),
});
export type Connection = z.infer<typeof Connection>;

/** Every socket of TCP and UDP at one moment. `total` counts those that the answer has no room for as well. */
export const ConnectionSnapshot = z.object({
  takenAt: z.iso.datetime(),
  total: z.number().int().nonnegative(),
  connections: z.array(Connection).max(MOST_CONNECTIONS),
});
export type ConnectionSnapshot = z.infer<typeof ConnectionSnapshot>;

export const networkConnections = defineCommand({
  name: 'network.connections',
  version: 1,
  title: 'List connections',
  describe: 'Every connection and listening port of the device with the program behind it.',
  permission: 'connections:read',
  level: 'observe',
  risk: 'read',
  effect: 'idempotent',
  timeoutMs: 60_000,
  deliverWithinMs: 60_000,
  payload: z.object({}),
  result: ConnectionSnapshot,
});
