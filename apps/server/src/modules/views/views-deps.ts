import type { AuditPort } from '../../platform/bus/audit-port.ts';
import type { Database } from '../../platform/db/index.ts';
import type { DeviceQueries } from '../devices/index.ts';

/** What the module is made from. */
export type ViewsDeps = {
  readonly database: Database;
  readonly audit: AuditPort;
  readonly queries: Pick<DeviceQueries, 'within'>;
};
