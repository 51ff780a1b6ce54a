import type { DeviceId } from '@muster/contracts';
import type { Scope } from '../../platform/actor.ts';
import type { Database, Tx } from '../../platform/db/index.ts';

/** What the module is made from. */
export type TimelineDeps = {
  readonly database: Database;
  /** Throws not_found for a device outside the scope. */
  readonly mustExist: (tx: Tx, scope: Scope, deviceId: DeviceId) => Promise<void>;
};
