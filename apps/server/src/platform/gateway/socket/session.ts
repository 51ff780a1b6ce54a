import type { DeviceId, PresenceReason } from '@muster/contracts';
import type { ServerWebSocket } from 'bun';
import { createFrameBudget } from '../frames/limits.ts';
import type { DeviceLink } from '../ports.ts';
import type { Stage } from './stage.ts';

/**
 * What the gateway keeps for one socket. There are many thousands: plain fields, no timers, no closures, and nothing that
 * holds on to a received buffer.
 */
export class Session {
  stage: Stage = 'challenged';
  /** Given up once the hello came. */
  nonce: Uint8Array | undefined;
  /** Whom the hello claims to be, while the registry is asked: a revocation in that moment has to find this socket. */
  claimed: DeviceId | undefined;
  link: DeviceLink | undefined;
  /** Why presence is told that the socket went; the agent's own goodbye or our cut, else the network. */
  goneBecause: PresenceReason = 'network';
  /** A newer socket of the same device took over; presence hears nothing of this one's end. */
  isReplaced = false;
  /** Server time at which to look for a token rotation. */
  rotateTokenAtMs = Number.POSITIVE_INFINITY;
  /** Monotonic; the last message, ping or pong. */
  heardAtMs: number;
  /** Its own until the device has proven itself, then what that device has left. */
  budget = createFrameBudget();
  /** Malformed or misplaced frames so far. */
  faults = 0;
  constructor(
    readonly address: string,
    /** Monotonic. */
    readonly openedAtMs: number,
  ) {
    this.heardAtMs = openedAtMs;
  }
}

/** An agent's socket with its session. */
export type AgentSocket = ServerWebSocket<Session>;
