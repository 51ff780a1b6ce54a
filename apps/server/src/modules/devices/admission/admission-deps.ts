import type { PolicyValues } from '@muster/contracts/policies';
import type { Settings, SignedStatement } from '@muster/contracts/wire';
import type { EventPort } from '../../../platform/bus/event-port.ts';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Database } from '../../../platform/db/index.ts';

/** What admission needs. */
export type AdmissionDeps = {
  readonly database: Database;
  readonly events: EventPort;
  readonly clock: Clock;
  readonly installationId: string;
  /** What a device is told for what policies set for it; null where none does. */
  readonly settings: (policy: PolicyValues | null) => Settings;
  /** Statements of the command, update and gateway keys that a device may not have yet. */
  readonly statements: () => readonly SignedStatement[];
};
