import { z } from 'zod';
import { CommandId, DeviceId, UserId } from '../ids/index.ts';

/**
 * Life of a command in the ledger. queued: the row and its signed bytes exist; sent: handed to a socket or beacon;
 * received: the endpoint verified and journalled it; running; then exactly one end. cancelling: a cancel was asked for
 * and the endpoint has not answered. interrupted: the endpoint crashed in between and the outcome is not known.
 */
export const COMMAND_STATES = [
  'queued',
  'sent',
  'received',
  'running',
  'cancelling',
  'succeeded',
  'failed',
  'refused',
  'expired',
  'cancelled',
  'interrupted',
] as const;
export const CommandState = z.enum(COMMAND_STATES);
export type CommandState = z.infer<typeof CommandState>;

export const ENDED_COMMAND_STATES = [
  'succeeded',
  'failed',
  'refused',
  'expired',
  'cancelled',
  'interrupted',
] as const;

/** A command as the API shows it. */
export const Command = z.object({
  id: CommandId,
  deviceId: DeviceId,
  deviceName: z.string(),
  name: z.string(),
  version: z.number().int(),
  state: CommandState,
  payload: z.unknown(),
  result: z.unknown().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  requestedBy: z.object({ id: UserId, name: z.string() }).nullable(),
  reason: z.string().nullable(),
  createdAt: z.iso.datetime(),
  deliverBy: z.iso.datetime(),
  sentAt: z.iso.datetime().nullable(),
  receivedAt: z.iso.datetime().nullable(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
});
export type Command = z.infer<typeof Command>;
