import { z } from 'zod';
import { AuditAction, AuditContent, AuditLogId } from '../audit/index.ts';
import { demands } from './base.ts';
import { Instant, PageInput, page } from './shapes.ts';

/** A row of the audit log; what was erased of it is null, its place and hash stay. */
export const AuditRow = z.object({
  log: AuditLogId,
  /** Place in its log, from 0 without gaps. */
  index: z.number().int(),
  hash: z.string(),
  content: AuditContent.nullable(),
});
export type AuditRow = z.infer<typeof AuditRow>;

/** A signed checkpoint, as a note that `muster audit verify` and the tools of transparency logs read. */
export const AuditCheckpoint = z.object({
  log: AuditLogId,
  size: z.number().int(),
  at: Instant,
  note: z.string(),
});
export type AuditCheckpoint = z.infer<typeof AuditCheckpoint>;

const Size = z.coerce.number().int().min(0);

export const audit = {
  list: demands('audit:read')
    .route({
      method: 'GET',
      path: '/audit',
      summary: 'Search the audit log, newest first',
      description: 'The log of the system itself takes audit:read everywhere. A row is here within a second.',
    })
    .input(
      PageInput.extend({
        log: AuditLogId.optional(),
        /** Id of a person, a device or a part of the server, or the name that it had. */
        who: z.string().max(254).optional(),
        action: AuditAction.optional(),
        /** Id or name of what it was done to. */
        target: z.string().max(254).optional(),
        success: z
          .enum(['true', 'false'])
          .transform((text) => text === 'true')
          .optional(),
        from: Instant.optional(),
        to: Instant.optional(),
      }),
    )
    .output(page(AuditRow)),
  get: demands('audit:read')
    .route({ method: 'GET', path: '/audit/{log}/{index}', summary: 'Get one row of the audit log' })
    .input(z.object({ log: AuditLogId, index: Size }))
    .output(AuditRow),
  erase: demands('audit:erase')
    .route({
      method: 'POST',
      path: '/audit/{log}/{index}/erase',
      summary: 'Erase the content of one row',
      description:
        'For good. The row keeps its place and hash, and the log verifies as before; who erased it and why is a row of the same log.',
    })
    .input(z.object({ log: AuditLogId, index: Size, reason: z.string().trim().min(1).max(500) }))
    .output(AuditRow),
  checkpoints: demands('audit:read')
    .route({
      method: 'GET',
      path: '/audit/checkpoints',
      summary: 'The newest signed checkpoint of each log',
      description:
        'Keep copies elsewhere: a log that does not continue an earlier checkpoint was tampered with.',
    })
    .output(z.object({ key: z.string(), items: z.array(AuditCheckpoint) })),
  inclusion: demands('audit:read')
    .route({
      method: 'GET',
      path: '/audit/{log}/inclusion/{index}',
      summary: 'Prove that a row is in its log',
      description: 'RFC 6962, 2.1.1, towards the newest signed checkpoint.',
    })
    .input(z.object({ log: AuditLogId, index: Size }))
    .output(z.object({ checkpoint: z.string(), hash: z.string(), proof: z.array(z.string()) })),
  consistency: demands('audit:read')
    .route({
      method: 'GET',
      path: '/audit/{log}/consistency/{size}',
      summary: 'Prove that a log continues what it was at a size',
      description: 'RFC 6962, 2.1.2, towards the newest signed checkpoint.',
    })
    .input(z.object({ log: AuditLogId, size: Size }))
    .output(z.object({ checkpoint: z.string(), proof: z.array(z.string()) })),
};
