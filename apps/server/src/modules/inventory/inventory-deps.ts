import type { DeviceId } from '@muster/contracts';
import type { InventoryCategory } from '@muster/contracts/inventory';
import type { SQL } from 'bun';
import type { Actor, Scope } from '../../platform/actor.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import type { DeviceLink } from '../../platform/gateway/ports.ts';

/** What the module is made from. */
export type InventoryDeps = {
  readonly database: Database;
  /** Server time in milliseconds since the epoch. */
  readonly now: () => number;
  /** Throws not_found for a device outside the scope. */
  readonly mustExist: (tx: Tx, scope: Scope, deviceId: DeviceId) => Promise<void>;
  /** A device that the actor may report for; throws not_found or forbidden. */
  readonly linkOf: (actor: Actor, deviceId: DeviceId) => Promise<Pick<DeviceLink, 'deviceNo'>>;
  /** Called in the transaction in which a category of a device changed: groups that ask for it are looked at again. */
  readonly touched?: (tx: SQL, deviceNo: number, category: InventoryCategory | 'collected') => Promise<void>;
  readonly onError: (error: unknown, part: string) => void;
};
