import type { CommandState } from '@muster/contracts';
import { bigint, customType, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const bytes = customType<{ data: Uint8Array; driverData: Buffer }>({
  dataType: () => 'bytea',
  toDriver: (value) => Buffer.from(value),
  fromDriver: (value) => new Uint8Array(value),
});
const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** The ledger, by month. Migrations 0004 and 0034 hold its constraints, indexes and partitions. */
export const commandsTable = pgTable('commands', {
  id: uuid('id').primaryKey(),
  orgId: uuid('org_id').notNull(),
  deviceId: uuid('device_id').notNull(),
  deviceName: text('device_name').notNull(),
  sequence: bigint('sequence', { mode: 'bigint' }).notNull(),
  name: text('name').notNull(),
  version: integer('version').notNull(),
  state: text('state').$type<CommandState>().notNull(),
  payload: jsonb('payload').notNull(),
  envelope: bytes('envelope').notNull(),
  result: jsonb('result'),
  errorCode: text('error_code'),
  errorMessage: text('error_message'),
  requestedBy: uuid('requested_by'),
  requestedByName: text('requested_by_name'),
  reason: text('reason'),
  timeoutMs: integer('timeout_ms').notNull(),
  createdAt: moment('created_at').notNull(),
  deliverBy: moment('deliver_by').notNull(),
  sentAt: moment('sent_at'),
  receivedAt: moment('received_at'),
  startedAt: moment('started_at'),
  endedAt: moment('ended_at'),
  dueAt: moment('due_at'),
});

export type CommandRow = typeof commandsTable.$inferSelect;

/** The columns of a CommandRecord: everything that decisions need and nothing big. */
export const recordColumns = {
  id: commandsTable.id,
  orgId: commandsTable.orgId,
  deviceId: commandsTable.deviceId,
  name: commandsTable.name,
  state: commandsTable.state,
  timeoutMs: commandsTable.timeoutMs,
  createdAt: commandsTable.createdAt,
  deliverBy: commandsTable.deliverBy,
  sentAt: commandsTable.sentAt,
  receivedAt: commandsTable.receivedAt,
  startedAt: commandsTable.startedAt,
  endedAt: commandsTable.endedAt,
  dueAt: commandsTable.dueAt,
} as const;
