import type { AuditPort } from '../../../platform/bus/audit-port.ts';
import type { EventPort } from '../../../platform/bus/event-port.ts';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Database } from '../../../platform/db/index.ts';
import type { Vault } from '../../../platform/vault/index.ts';
import type { IdentityDeps } from '../identity-deps.ts';

/** What the use cases of second factors share. */
export type FactorsDeps = {
  readonly database: Database;
  readonly audit: AuditPort;
  readonly events: EventPort;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly throttles: IdentityDeps['throttles'];
  readonly signedOut: IdentityDeps['signedOut'];
  readonly provePassword: IdentityDeps['provePassword'];
};
