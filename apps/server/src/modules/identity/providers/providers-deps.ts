import type { ProviderId } from '@muster/contracts';
import type { AuditPort } from '../../../platform/bus/audit-port.ts';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Database } from '../../../platform/db/index.ts';
import type { Vault } from '../../../platform/vault/index.ts';
import type { ServerOrder } from './domain/server-order.ts';

/** What the use cases of sign-in providers share. */
export type ProvidersDeps = {
  readonly database: Database;
  readonly audit: AuditPort;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly order: ServerOrder;
  /** Faults behind no request: a provider that does not answer, with the reason. */
  readonly onError: (error: unknown, part: string) => void;
};

/** A provider by whose word somebody comes in. */
export type ProviderName = { readonly id: ProviderId; readonly name: string };
