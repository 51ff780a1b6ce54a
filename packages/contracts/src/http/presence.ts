import { z } from 'zod';

/**
 * Presence of a device. online: socket open and telemetry younger than 30 s. unresponsive: socket gone and last contact
 * within the offline limit, or socket open and telemetry stale, or beacon only. offline: no contact for the limit, or a
 * goodbye. unknown: before first contact.
 */
export const Presence = z.enum(['unknown', 'online', 'unresponsive', 'offline']);
export type Presence = z.infer<typeof Presence>;

/** Why the device is in its state. */
export const PresenceReason = z.enum([
  'never_seen',
  'connected',
  'network', // the socket went away without a word
  'stalled', // socket open, no telemetry for 30 s
  'beacon_only', // reachable within a minute by HTTPS
  'asleep',
  'shut_down',
  'rebooting',
  'agent_stopped',
  'gateway_lost', // its gateway's lease lapsed
  'server_restarted',
  'silent', // offline limit reached
  'cut_off', // revoked or suspended
]);
export type PresenceReason = z.infer<typeof PresenceReason>;

/** Life of a device's record, apart from presence. */
export const Lifecycle = z.enum(['pending', 'active', 'suspended', 'revoked', 'retired']);
export type Lifecycle = z.infer<typeof Lifecycle>;
