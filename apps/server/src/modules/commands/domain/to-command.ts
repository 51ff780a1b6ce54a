import type { Command, CommandId, DeviceId, UserId } from '@muster/contracts';

/** The stored command, as far as people may see it. */
export type StoredCommand = {
  readonly id: string;
  readonly deviceId: string;
  readonly deviceName: string;
  readonly name: string;
  readonly version: number;
  readonly state: Command['state'];
  readonly payload: unknown;
  readonly result: unknown;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly requestedBy: string | null;
  readonly requestedByName: string | null;
  readonly reason: string | null;
  readonly createdAt: Date;
  readonly deliverBy: Date;
  readonly sentAt: Date | null;
  readonly receivedAt: Date | null;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
};

/** A command as the API shows it; without the signed bytes and the server's own clocks. */
export function toCommand(row: StoredCommand): Command {
  return {
    id: row.id as CommandId,
    deviceId: row.deviceId as DeviceId,
    deviceName: row.deviceName,
    name: row.name,
    version: row.version,
    state: row.state,
    payload: row.payload,
    result: row.result ?? null,
    error: row.errorCode === null ? null : { code: row.errorCode, message: row.errorMessage ?? '' },
    requestedBy:
      row.requestedBy === null ? null : { id: row.requestedBy as UserId, name: row.requestedByName ?? '' },
    reason: row.reason,
    createdAt: row.createdAt.toISOString(),
    deliverBy: row.deliverBy.toISOString(),
    sentAt: row.sentAt?.toISOString() ?? null,
    receivedAt: row.receivedAt?.toISOString() ?? null,
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}
