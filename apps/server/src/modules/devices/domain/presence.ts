import type { Presence, PresenceReason } from '@muster/contracts';

/*
 * What is true of a device's connection. Presence as people see it follows from it.
 *
 *   unknown       Nothing was ever heard of the device.
 *   online        Its socket is open and telemetry is younger than the telemetry limit (30 s). The handshake counts.
 *   stalled       Its socket is open and alive, but no telemetry came for the telemetry limit: the agent hangs.
 *   disconnected  The socket is gone; last contact is within the offline limit.
 *   beaconing     No socket, but signed HTTPS beacons arrive: reachable within a beacon interval.
 *   offline       No contact for the offline limit, or the device said goodbye, or it was cut off.
 *
 * Three states end by themselves. online: after the telemetry limit. disconnected and beaconing: after the offline
 * limit, max(180 s, 3 × the current beacon interval), counted from last contact. stalled does not: its socket answers
 * pings, which is contact.
 *
 * A telemetry frame that is still on its way when its socket closes changes nothing: only a socket or a beacon brings a
 * device back. A beacon beside an open socket changes nothing either. A limit that fires in a state it does not belong
 * to (it was already cancelled) changes nothing. So the table is total, and no sequence of events leaves it.
 */
export type PresenceState = 'unknown' | 'online' | 'stalled' | 'disconnected' | 'beaconing' | 'offline';

export type PresenceEvent =
  | 'opened' // the device proved itself on a new socket
  | 'closed' // that socket is gone
  | 'telemetry' // a sample or check-in came over the socket
  | 'beacon' // a signed beacon came
  | 'goodbye' // the device said that it leaves
  | 'cut_off' // suspended, revoked or retired
  | 'telemetry_limit' // no telemetry for the telemetry limit
  | 'offline_limit' // no contact for the offline limit
  | 'server_restarted' // this server knows nothing of connections any more
  | 'gateway_lost'; // the lease of the gateway that held it lapsed

type Row = Readonly<Record<PresenceEvent, PresenceState>>;

const row = (own: PresenceState, changes: Partial<Row>): Row =>
  Object.freeze({
    opened: 'online',
    closed: own,
    telemetry: own,
    beacon: own,
    goodbye: 'offline',
    cut_off: 'offline',
    telemetry_limit: own,
    offline_limit: own,
    server_restarted: own,
    gateway_lost: own,
    ...changes,
  });

const lost = { server_restarted: 'disconnected', gateway_lost: 'disconnected' } as const;

/** state × event → state. */
export const PRESENCE_TABLE: Readonly<Record<PresenceState, Row>> = Object.freeze({
  unknown: row('unknown', { beacon: 'beaconing', goodbye: 'unknown', cut_off: 'unknown' }),
  online: row('online', { closed: 'disconnected', telemetry_limit: 'stalled', ...lost }),
  stalled: row('stalled', { closed: 'disconnected', telemetry: 'online', ...lost }),
  disconnected: row('disconnected', { beacon: 'beaconing', offline_limit: 'offline', ...lost }),
  beaconing: row('beaconing', { offline_limit: 'offline', ...lost }),
  offline: row('offline', { beacon: 'beaconing' }),
});

/** The state after the event. Throws, naming both, for words that are not in the table. */
export function next(state: PresenceState, event: PresenceEvent): PresenceState {
  const to = PRESENCE_TABLE[state]?.[event];
  if (!to) throw new Error(`presence knows no "${event}" in "${state}"`);
  return to;
}

const SHOWN: Readonly<Record<PresenceState, Presence>> = Object.freeze({
  unknown: 'unknown',
  online: 'online',
  stalled: 'unresponsive',
  disconnected: 'unresponsive',
  beaconing: 'unresponsive',
  offline: 'offline',
});

/** Presence as people see it. */
export function presenceOf(state: PresenceState): Presence {
  return SHOWN[state];
}

/**
 * Why the device is in the state that an event led to. `given` is what the gateway said about the closed socket or the
 * goodbye.
 */
export function reasonOf(state: PresenceState, event: PresenceEvent, given: PresenceReason): PresenceReason {
  switch (state) {
    case 'unknown':
      return 'never_seen';
    case 'online':
      return 'connected';
    case 'stalled':
      return 'stalled';
    case 'beaconing':
      return 'beacon_only';
    case 'disconnected':
      return event === 'server_restarted' || event === 'gateway_lost' ? event : given;
    case 'offline':
      if (event === 'cut_off') return 'cut_off';
      return event === 'offline_limit' ? 'silent' : given;
  }
}

/** The state that a stored row stands for. */
export function stateOf(presence: Presence, reason: PresenceReason): PresenceState {
  if (presence !== 'unresponsive') return presence;
  if (reason === 'stalled') return 'stalled';
  return reason === 'beacon_only' ? 'beaconing' : 'disconnected';
}

/** All durations in milliseconds. */
export type PresenceLimits = {
  readonly telemetryMs: number;
  readonly offlineMs: number;
  readonly beaconIntervals: number;
};

export const PRESENCE_LIMITS: PresenceLimits = Object.freeze({
  telemetryMs: 30_000,
  offlineMs: 180_000,
  beaconIntervals: 3,
});

/** How long a device may be silent before it is offline. */
export function offlineAfterMs(limits: PresenceLimits, beaconIntervalMs: number): number {
  return Math.max(limits.offlineMs, limits.beaconIntervals * beaconIntervalMs);
}

/** The limit that ends a state by itself, and after how long since last contact; undefined where none does. */
export function limitOf(
  state: PresenceState,
  limits: PresenceLimits,
  beaconIntervalMs: number,
): { readonly event: PresenceEvent; readonly afterMs: number } | undefined {
  if (state === 'online') return { event: 'telemetry_limit', afterMs: limits.telemetryMs };
  if (state === 'disconnected' || state === 'beaconing') {
    return { event: 'offline_limit', afterMs: offlineAfterMs(limits, beaconIntervalMs) };
  }
  return undefined;
}
