import type { SessionId } from '@muster/contracts';
import type { AuditPort } from '../../platform/bus/audit-port.ts';
import type { EventPort } from '../../platform/bus/event-port.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/db/index.ts';
import type { Throttle } from './domain/throttle.ts';
import type { ProvenPassword, TypedPassword, Unproven } from './providers/usecases/prove-password.ts';
import type { Proven, StartedSession, Visitor } from './sign-in-types.ts';

/** What the use cases of identity share. */
export type IdentityDeps = {
  readonly database: Database;
  readonly audit: AuditPort;
  readonly events: EventPort;
  readonly clock: Clock;
  /** Per address and e-mail, per address alone, and per person from wherever. */
  readonly throttles: { readonly account: Throttle; readonly address: Throttle; readonly person: Throttle };
  /** Told after a session was ended by its person. */
  readonly signedOut: (sessionId: SessionId) => void;
  /** Who that is by a password, ours or a directory's. */
  readonly provePassword: (typed: TypedPassword) => Promise<ProvenPassword | Unproven>;
  /** Begins the session of somebody who has proved who they are; throws factor_required for who owes a second factor. */
  readonly signInAs: (visitor: Visitor, proven: Proven) => Promise<StartedSession>;
  /** Hash of a password that nobody has: unknown people cost as much as known ones. */
  readonly nobodysHash: Promise<string>;
};
