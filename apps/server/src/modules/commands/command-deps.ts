import type { CommandState, DeviceId, Lifecycle, OrgId } from '@muster/contracts';
import type { Scope } from '../../platform/actor.ts';
import type { AuditPort } from '../../platform/bus/audit-port.ts';
import type { EventPort } from '../../platform/bus/event-port.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { Signer } from '../../platform/crypto/index.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import type { NodePort } from '../../platform/gateway/ports.ts';
import type { Logger } from '../../platform/log/index.ts';
import type { CommandWatches } from './command-watches.ts';
import type { LedgerMonths } from './ledger-months.ts';

/** The device that a command is for. */
export type CommandTarget = {
  /** Drawn for this command: higher than every earlier one of the device. */
  readonly sequence: bigint;
  readonly orgId: OrgId;
  /** What people call it. */
  readonly name: string;
  readonly lifecycle: Lifecycle;
};

/** The registry's half of a command; modules/devices has it. */
export interface CommandTargets {
  /**
   * Draws the next sequence under the device's row lock, which lasts until the transaction ends. Undefined where the
   * scope has no such device.
   */
  nextCommandSequence(tx: Tx, scope: Scope, deviceId: DeviceId): Promise<CommandTarget | undefined>;
}

export type CommandsDeps = {
  readonly database: Database;
  readonly events: EventPort;
  readonly audit: AuditPort;
  readonly targets: CommandTargets;
  readonly nodes: NodePort;
  readonly signer: Signer;
  readonly installationId: string;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** How many days a command stays at least after its end, at this moment. */
  readonly retentionDays: () => Promise<number>;
  readonly onError: (error: unknown, part: string) => void;
};

/** A command that was just written. */
export type CreatedCommand = {
  readonly id: string;
  readonly deviceId: string;
  readonly state: CommandState;
  readonly envelope: Uint8Array;
};

/** What happens next to commands, beside their rows: hints that are given after commit. */
export interface Aftermath {
  /** The command's row exists: as `sent`, for the socket; as `queued`, for whenever the device is there. */
  created(row: CreatedCommand): void;
  /** An end that only the device can confirm is wanted. */
  cancelWanted(deviceId: string, commandId: string): void;
  /** A command has to be decided about at that time. */
  due(at: Date): void;
}

/** What use cases get. */
export type UseCaseDeps = CommandsDeps & {
  readonly watches: CommandWatches;
  readonly months: LedgerMonths;
  readonly aftermath: Aftermath;
};
