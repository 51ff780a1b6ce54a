import { z } from 'zod';
import { ErrorCode } from '../errors/index.ts';
import { AuditAction } from './actions.ts';

/** Name of the log of what belongs to no organisation; an organisation's log has its id. */
export const SYSTEM_LOG = 'system';
export const AuditLogId = z.union([z.literal(SYSTEM_LOG), z.uuid()]);
export type AuditLogId = z.infer<typeof AuditLogId>;

/** Who did it. `via` is what they acted on behalf of: their session, a key, a token. */
export const AuditWho = z.object({
  kind: z.enum(['person', 'device', 'system', 'anonymous']),
  id: z.string().nullable(),
  name: z.string().nullable(),
  via: z.object({ kind: z.string(), id: z.string() }).nullable(),
});
export type AuditWho = z.infer<typeof AuditWho>;

/** What it was done to. */
export const AuditTarget = z.object({
  kind: z.string(),
  id: z.string().nullable(),
  name: z.string().nullable(),
});
export type AuditTarget = z.infer<typeof AuditTarget>;

/** The content of a row: what its hash covers, as JSON text. */
export const AuditContent = z.object({
  v: z.literal(1),
  id: z.uuid(),
  at: z.iso.datetime(),
  log: AuditLogId,
  who: AuditWho,
  action: AuditAction,
  target: AuditTarget,
  /** What was there and what is there now; only what changed, and never a secret. */
  before: z.unknown(),
  after: z.unknown(),
  address: z.string().nullable(),
  success: z.boolean(),
  /** Why it was refused. */
  code: ErrorCode.nullable(),
  /** How many times, for repeats that are counted. */
  count: z.number().int().min(1),
});
export type AuditContent = z.infer<typeof AuditContent>;
